/**
 * English names by ISO 3166-1 alpha-2: those of CLDR, and the other names of the same places that the United Nations
 * and GDACS use.
 */
const NAMES =
  'AD:Andorra;AE:United Arab Emirates|UAE;AF:Afghanistan;AG:Antigua and Barbuda;AI:Anguilla;AL:Albania;' +
  'AM:Armenia;AO:Angola;AR:Argentina;AS:American Samoa;AT:Austria;AU:Australia;AW:Aruba;' +
  'AX:Åland Islands|Aland;AZ:Azerbaijan;BA:Bosnia and Herzegovina;BB:Barbados;BD:Bangladesh;BE:Belgium;' +
  'BF:Burkina Faso;BG:Bulgaria;BH:Bahrain;BI:Burundi;BJ:Benin;BL:St. Barthélemy;BM:Bermuda;' +
  'BN:Brunei|Brunei Darussalam;BO:Bolivia|Plurinational State of Bolivia;' +
  'BQ:Caribbean Netherlands|Bonaire|Bonaire Sint Eustatius Saba;BR:Brazil;BS:Bahamas|Bahamas The;BT:Bhutan;' +
  'BV:Bouvet Island;BW:Botswana;BY:Belarus;BZ:Belize;CA:Canada;CC:Cocos Islands|Cocos Keeling;' +
  'CD:Democratic Republic of the Congo|DR Congo|Congo DR|Congo Kinshasa|Zaire;' +
  'CF:Central African Republic|CAR;CG:Congo|Republic of the Congo|Congo Brazzaville;CH:Switzerland;' +
  "CI:Côte d'Ivoire|Ivory Coast;CK:Cook Islands;CL:Chile;CM:Cameroon;CN:China;CO:Colombia;CR:Costa Rica;" +
  'CU:Cuba;CV:Cape Verde|Cabo Verde;CW:Curaçao;CX:Christmas Island;CY:Cyprus;CZ:Czechia|Czech Republic;' +
  'DE:Germany;DJ:Djibouti;DK:Denmark;DM:Dominica;DO:Dominican Republic;DZ:Algeria;EC:Ecuador;EE:Estonia;' +
  'EG:Egypt;EH:Western Sahara|Sahrawi;ER:Eritrea;ES:Spain;ET:Ethiopia;FI:Finland;FJ:Fiji;' +
  'FK:Falkland Islands|Falkland Islands Malvinas;FM:Micronesia|Federated States of Micronesia;' +
  'FO:Faroe Islands;FR:France;GA:Gabon;' +
  'GB:United Kingdom|United Kingdom of Great Britain and Northern Ireland|UK|Great Britain;GD:Grenada;' +
  'GE:Georgia;GF:French Guiana;GG:Guernsey;GH:Ghana;GI:Gibraltar;GL:Greenland;GM:Gambia;GN:Guinea;' +
  'GP:Guadeloupe;GQ:Equatorial Guinea;GR:Greece;GS:South Georgia and South Sandwich Islands;GT:Guatemala;' +
  'GU:Guam;GW:Guinea-Bissau;GY:Guyana;HK:Hong Kong|Hong Kong SAR China|China Hong Kong SAR;' +
  'HM:Heard and McDonald Islands;HN:Honduras;HR:Croatia;HT:Haiti;HU:Hungary;ID:Indonesia;IE:Ireland;' +
  'IL:Israel;IM:Isle of Man;IN:India;IO:British Indian Ocean Territory;IQ:Iraq;' +
  'IR:Iran|Islamic Republic of Iran;IS:Iceland;IT:Italy;JE:Jersey;JM:Jamaica;JO:Jordan;JP:Japan;KE:Kenya;' +
  'KG:Kyrgyzstan;KH:Cambodia;KI:Kiribati;KM:Comoros;KN:St. Kitts and Nevis;' +
  "KP:North Korea|Democratic People's Republic of Korea|DPR Korea;KR:South Korea|Republic of Korea|Korea;" +
  "KW:Kuwait;KY:Cayman Islands;KZ:Kazakhstan;LA:Laos|Lao People's Democratic Republic|Lao PDR;LB:Lebanon;" +
  'LC:St. Lucia;LI:Liechtenstein;LK:Sri Lanka;LR:Liberia;LS:Lesotho;LT:Lithuania;LU:Luxembourg;LV:Latvia;' +
  'LY:Libya|Libyan Arab Jamahiriya;MA:Morocco;MC:Monaco;MD:Moldova|Republic of Moldova;ME:Montenegro;' +
  'MF:St. Martin;MG:Madagascar;MH:Marshall Islands;' +
  'MK:North Macedonia|Macedonia|The former Yugoslav Republic of Macedonia;ML:Mali;MM:Myanmar|Burma;' +
  'MN:Mongolia;MO:Macao|Macau|Macao SAR China;MP:Northern Mariana Islands|Northern Marianas|Saipan;MQ:Martinique;' +
  'MR:Mauritania;MS:Montserrat;MT:Malta;MU:Mauritius;MV:Maldives;MW:Malawi;MX:Mexico;MY:Malaysia;' +
  'MZ:Mozambique;NA:Namibia;NC:New Caledonia;NE:Niger;NF:Norfolk Island;NG:Nigeria;NI:Nicaragua;' +
  'NL:Netherlands|Holland;NO:Norway;NP:Nepal;NR:Nauru;NU:Niue;NZ:New Zealand;OM:Oman;PA:Panama;PE:Peru;' +
  'PF:French Polynesia;PG:Papua New Guinea;PH:Philippines;PK:Pakistan;PL:Poland;PM:St. Pierre and Miquelon;' +
  'PN:Pitcairn Islands|Pitcairn;PR:Puerto Rico;' +
  'PS:Palestinian Territories|Palestine|State of Palestine|Occupied Palestinian Territory|West Bank|Gaza Strip;' +
  'PT:Portugal;PW:Palau;PY:Paraguay;QA:Qatar;RE:Réunion|La Reunion;RO:Romania;RS:Serbia;' +
  'RU:Russia|Russian Federation;RW:Rwanda;SA:Saudi Arabia;SB:Solomon Islands;SC:Seychelles;SD:Sudan;' +
  'SE:Sweden;SG:Singapore;' +
  'SH:St. Helena|Saint Helena Ascension and Tristan da Cunha|Ascension|Tristan da Cunha;SI:Slovenia;' +
  'SJ:Svalbard and Jan Mayen|Svalbard|Jan Mayen;SK:Slovakia;SL:Sierra Leone;SM:San Marino;SN:Senegal;' +
  'SO:Somalia;SR:Suriname;SS:South Sudan;ST:São Tomé and Príncipe|Sao Tome;SV:El Salvador;' +
  'SX:Sint Maarten|Saint Maarten;SY:Syria|Syrian Arab Republic;SZ:Eswatini|Swaziland;' +
  'TC:Turks and Caicos Islands|Turks and Caicos;TD:Chad;' +
  'TF:French Southern Territories|French Southern and Antarctic Lands;TG:Togo;TH:Thailand;TJ:Tajikistan;' +
  'TK:Tokelau;TL:Timor-Leste|East Timor;TM:Turkmenistan;TN:Tunisia;TO:Tonga;TR:Türkiye|Turkey;' +
  'TT:Trinidad and Tobago|Trinidad|Tobago;TV:Tuvalu;TW:Taiwan|Taiwan Province of China|Chinese Taipei;' +
  'TZ:Tanzania|United Republic of Tanzania;UA:Ukraine;UG:Uganda;' +
  'UM:United States Minor Outlying Islands|U.S. Outlying Islands|Wake Island|Midway Islands|Johnston Atoll;' +
  'US:United States|United States of America|USA|U.S.A.;UY:Uruguay;UZ:Uzbekistan;VA:Vatican City|Holy See;' +
  'VC:St. Vincent and Grenadines|Saint Vincent;VE:Venezuela|Bolivarian Republic of Venezuela;' +
  'VG:British Virgin Islands;VI:U.S. Virgin Islands|Virgin Islands|Virgin Islands US;VN:Vietnam|Viet Nam;' +
  'VU:Vanuatu;WF:Wallis and Futuna|Wallis|Futuna;WS:Samoa;XK:Kosovo;YE:Yemen;YT:Mayotte;ZA:South Africa;' +
  'ZM:Zambia;ZW:Zimbabwe';

/** More pieces than these no name has that holds commas ("Korea, Republic of"). */
const MAX_PIECES = 3;

/** Words that one list has and another leaves out. */
const FILLERS: ReadonlySet<string> = new Set(['the', 'of', 'and', 'island', 'islands', 'isl']);

const codeByName = new Map<string, string>();
for (const entry of NAMES.split(';')) {
  const code = entry.slice(0, 2);
  for (const name of entry.slice(3).split('|')) codeByName.set(keyOf(name), code);
}

/**
 * The countries in a list of English names, such as "Viet Nam, Philippines".
 *
 * @returns ISO 3166-1 alpha-2 codes in the order of the list; what is not the name of a country, a sea for one, is
 *   left out
 */
export function codesOfNames(list: string): string[] {
  const pieces = list.slice(0, 4_000).split(/[,;]/);
  const codes: string[] = [];
  for (let at = 0; at < pieces.length; ) {
    const found = longestNameAt(pieces, at);
    if (found !== null) codes.push(found.code);
    at += found?.pieces ?? 1;
  }
  return codes;
}

function longestNameAt(pieces: readonly string[], at: number): { code: string; pieces: number } | null {
  for (let count = MAX_PIECES; count >= 1; count -= 1) {
    if (at + count > pieces.length) continue;
    const code = codeByName.get(keyOf(pieces.slice(at, at + count).join(' ')));
    if (code !== undefined) return { code, pieces: count };
  }
  return null;
}

/** The words of a name that tell it from others, in one order: "Virgin Islands  U.S." is "U.S. Virgin Islands". */
function keyOf(name: string): string {
  const words = name
    .normalize('NFD')
    .replace(/[\p{M}.'’]/gu, '')
    .toLowerCase()
    .replace(/\([^)]*\)/g, ' ')
    .split(/[^a-z]+/)
    .map((word) => (word === 'st' ? 'saint' : word))
    .filter((word) => word !== '' && !FILLERS.has(word));
  return words.sort().join(' ');
}
