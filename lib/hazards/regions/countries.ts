import type { GLOBAL_REGION_ID, RegionId } from './regions.js';

/** The seven regions that countries belong to: all but `global`. */
export type CountryRegionId = Exclude<RegionId, typeof GLOBAL_REGION_ID>;

/** Alpha-2 codes by region. */
type Membership = readonly (readonly [CountryRegionId, string])[];

/**
 * World Bank analytical regions by ISO 3166-1 alpha-2. Source: World Bank API v2, country list
 * (api.worldbank.org/v2/country), fiscal year 2026; its economy "Channel Islands" is written as GG and JE, and XK
 * (Kosovo) is the user-assigned code that the World Bank uses.
 */
const WORLD_BANK: Membership = [
  ['mena', 'AE AF BH DJ DZ EG IL IQ IR JO KW LB LY MA MT OM PK PS QA SA SY TN YE'],
  [
    'east-asia',
    'AS AU BN CN FJ FM GU HK ID JP KH KI KP KR LA MH MM MN MO MP MY NC NR NZ PF PG PH PW SB SG TH TL TO TV VN VU WS',
  ],
  [
    'europe',
    'AD AL AM AT AZ BA BE BG BY CH CY CZ DE DK EE ES FI FO FR GB GE GG GI GL GR HR HU IE IM IS IT JE KG KZ LI LT LU ' +
      'LV MC MD ME MK NL NO PL PT RO RS RU SE SI SK SM TJ TM TR UA UZ XK',
  ],
  ['north-america', 'BM CA US'],
  ['south-asia', 'BD BT IN LK MV NP'],
  [
    'latam',
    'AG AR AW BB BO BR BS BZ CL CO CR CU CW DM DO EC GD GT GY HN HT JM KN KY LC MF MX NI PA PE PR PY SR SV SX TC TT ' +
      'UY VC VE VG VI',
  ],
  [
    'sub-saharan-africa',
    'AO BF BI BJ BW CD CF CG CI CM CV ER ET GA GH GM GN GQ GW KE KM LR LS MG ML MR MU MW MZ NA NE NG RW SC SD SL SN ' +
      'SO SS ST SZ TD TG TZ UG ZA ZM ZW',
  ],
];

/**
 * Places that are not World Bank economies, by their UN M49 sub-region: 015 and 145 are mena, 202 sub-saharan-africa,
 * 419 latam, 021 north-america, 030, 035 and 009 east-asia, 034 south-asia, 143 and 150 europe.
 */
const NOT_IN_WORLD_BANK: Membership = [
  ['mena', 'EH'],
  ['east-asia', 'CC CK CX HM NF NU PN TK UM WF'],
  ['europe', 'AX SJ VA'],
  ['north-america', 'PM'],
  ['latam', 'AI BL BQ BV FK GF GP GS MQ MS'],
  ['sub-saharan-africa', 'IO RE SH TF YT'],
];

/**
 * Where this project departs from the World Bank: Afghanistan and Pakistan stay in South Asia (they moved in fiscal
 * year 2026), Türkiye counts with the Middle East and Mexico with North America, and Taiwan, which the list leaves
 * out, is placed.
 */
const OVERRIDES: Membership = [
  ['south-asia', 'AF PK'],
  ['mena', 'TR'],
  ['north-america', 'MX'],
  ['east-asia', 'TW'],
];

/** ISO 3166-1, alpha-2 to alpha-3. Antarctica (AQ) is in no region. */
const ALPHA_3 =
  'AD:AND AE:ARE AF:AFG AG:ATG AI:AIA AL:ALB AM:ARM AO:AGO AQ:ATA AR:ARG AS:ASM AT:AUT AU:AUS AW:ABW AX:ALA AZ:AZE ' +
  'BA:BIH BB:BRB BD:BGD BE:BEL BF:BFA BG:BGR BH:BHR BI:BDI BJ:BEN BL:BLM BM:BMU BN:BRN BO:BOL BQ:BES BR:BRA BS:BHS ' +
  'BT:BTN BV:BVT BW:BWA BY:BLR BZ:BLZ CA:CAN CC:CCK CD:COD CF:CAF CG:COG CH:CHE CI:CIV CK:COK CL:CHL CM:CMR CN:CHN ' +
  'CO:COL CR:CRI CU:CUB CV:CPV CW:CUW CX:CXR CY:CYP CZ:CZE DE:DEU DJ:DJI DK:DNK DM:DMA DO:DOM DZ:DZA EC:ECU EE:EST ' +
  'EG:EGY EH:ESH ER:ERI ES:ESP ET:ETH FI:FIN FJ:FJI FK:FLK FM:FSM FO:FRO FR:FRA GA:GAB GB:GBR GD:GRD GE:GEO GF:GUF ' +
  'GG:GGY GH:GHA GI:GIB GL:GRL GM:GMB GN:GIN GP:GLP GQ:GNQ GR:GRC GS:SGS GT:GTM GU:GUM GW:GNB GY:GUY HK:HKG HM:HMD ' +
  'HN:HND HR:HRV HT:HTI HU:HUN ID:IDN IE:IRL IL:ISR IM:IMN IN:IND IO:IOT IQ:IRQ IR:IRN IS:ISL IT:ITA JE:JEY JM:JAM ' +
  'JO:JOR JP:JPN KE:KEN KG:KGZ KH:KHM KI:KIR KM:COM KN:KNA KP:PRK KR:KOR KW:KWT KY:CYM KZ:KAZ LA:LAO LB:LBN LC:LCA ' +
  'LI:LIE LK:LKA LR:LBR LS:LSO LT:LTU LU:LUX LV:LVA LY:LBY MA:MAR MC:MCO MD:MDA ME:MNE MF:MAF MG:MDG MH:MHL MK:MKD ' +
  'ML:MLI MM:MMR MN:MNG MO:MAC MP:MNP MQ:MTQ MR:MRT MS:MSR MT:MLT MU:MUS MV:MDV MW:MWI MX:MEX MY:MYS MZ:MOZ NA:NAM ' +
  'NC:NCL NE:NER NF:NFK NG:NGA NI:NIC NL:NLD NO:NOR NP:NPL NR:NRU NU:NIU NZ:NZL OM:OMN PA:PAN PE:PER PF:PYF PG:PNG ' +
  'PH:PHL PK:PAK PL:POL PM:SPM PN:PCN PR:PRI PS:PSE PT:PRT PW:PLW PY:PRY QA:QAT RE:REU RO:ROU RS:SRB RU:RUS RW:RWA ' +
  'SA:SAU SB:SLB SC:SYC SD:SDN SE:SWE SG:SGP SH:SHN SI:SVN SJ:SJM SK:SVK SL:SLE SM:SMR SN:SEN SO:SOM SR:SUR SS:SSD ' +
  'ST:STP SV:SLV SX:SXM SY:SYR SZ:SWZ TC:TCA TD:TCD TF:ATF TG:TGO TH:THA TJ:TJK TK:TKL TL:TLS TM:TKM TN:TUN TO:TON ' +
  'TR:TUR TT:TTO TV:TUV TW:TWN TZ:TZA UA:UKR UG:UGA UM:UMI US:USA UY:URY UZ:UZB VA:VAT VC:VCT VE:VEN VG:VGB VI:VIR ' +
  'VN:VNM VU:VUT WF:WLF WS:WSM XK:XKX YE:YEM YT:MYT ZA:ZAF ZM:ZMB ZW:ZWE';

// Maps, not objects: a feed's "__proto__" or "constructor" must find nothing.
const alpha2ByCode = new Map<string, string>();
const regionByAlpha2 = new Map<string, CountryRegionId>();
for (const pair of ALPHA_3.split(' ')) {
  const alpha2 = pair.slice(0, 2);
  alpha2ByCode.set(alpha2, alpha2).set(pair.slice(3), alpha2);
}
// The later table wins.
for (const table of [WORLD_BANK, NOT_IN_WORLD_BANK, OVERRIDES]) {
  for (const [region, members] of table) {
    for (const alpha2 of members.split(' ')) regionByAlpha2.set(alpha2, region);
  }
}

/**
 * The ISO 3166-1 alpha-2 code of a country.
 *
 * @param code alpha-2 or alpha-3, upper or lower case
 * @returns null when it is not such a code
 */
export function alpha2OfCountry(code: string): string | null {
  // Before upper-casing, which would turn some other letters into these ("ß" into "SS", South Sudan).
  if (!/^[A-Za-z]{2,3}$/.test(code)) return null;
  return alpha2ByCode.get(code.toUpperCase()) ?? null;
}

/**
 * The region that a country belongs to.
 *
 * @param code ISO 3166-1 alpha-2 or alpha-3, upper or lower case
 * @returns null when it is not such a code, or that of a place in no region (AQ)
 */
export function regionOfCountry(code: string): CountryRegionId | null {
  const alpha2 = alpha2OfCountry(code);
  return alpha2 === null ? null : (regionByAlpha2.get(alpha2) ?? null);
}

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

/** No name with commas in it ("Korea, Republic of") has more pieces than this. */
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
 * @returns ISO 3166-1 alpha-2 codes in the order of the list; anything else, such as a sea, is
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

/** The distinguishing words of a name, in a fixed order: "Virgin Islands  U.S." is "U.S. Virgin Islands". */
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
