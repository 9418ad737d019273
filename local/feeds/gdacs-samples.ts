export interface GdacsSample {
  readonly eventtype: 'EQ' | 'TC' | 'FL' | 'DR' | 'VO' | 'WF';
  readonly eventid: number;
  readonly name: string;
  readonly alertlevel: 'Green' | 'Orange' | 'Red';
  readonly at: readonly [longitude: number, latitude: number];
  /** Hours before now of its first and its latest observation. */
  readonly hoursAgo: readonly [from: number, to: number];
  readonly countries: readonly (readonly [iso2: string, iso3: string, name: string])[];
  readonly severity: readonly [value: number, text: string, unit: string];
  readonly source: string;
}

/** The earthquake that both feeds list. */
export const SHARED_EARTHQUAKE = { at: [84.72, 28.17], hoursAgo: 30 } as const;

/** Invented events: every region and level, open sea, and a longitude past the antimeridian. */
export const GDACS_SAMPLES: readonly GdacsSample[] = [
  {
    eventtype: 'EQ',
    eventid: 9100001,
    name: 'Earthquake in Nepal',
    alertlevel: 'Orange',
    at: SHARED_EARTHQUAKE.at,
    hoursAgo: [SHARED_EARTHQUAKE.hoursAgo, SHARED_EARTHQUAKE.hoursAgo],
    countries: [['NP', 'NPL', 'Nepal']],
    severity: [6.4, 'Magnitude 6.4M, Depth:12km', 'M'],
    source: 'NEIC',
  },
  {
    // GDACS counts on past 180 now and then.
    eventtype: 'EQ',
    eventid: 9100002,
    name: 'Earthquake in Off shore',
    alertlevel: 'Green',
    at: [181.7, -18.4],
    hoursAgo: [9, 9],
    countries: [],
    severity: [5.6, 'Magnitude 5.6M, Depth:540km', 'M'],
    source: 'NEIC',
  },
  {
    eventtype: 'TC',
    eventid: 9200001,
    name: 'Tropical Cyclone SAMPLE-ONE',
    alertlevel: 'Red',
    at: [124.1, 15.2],
    hoursAgo: [96, 3],
    countries: [
      ['PH', 'PHL', 'Philippines'],
      ['TW', 'TWN', 'Taiwan'],
    ],
    severity: [231.5, 'Hurricane/Typhoon > 74 mph (maximum wind speed of 232 km/h)', 'km/h'],
    source: 'JTWC',
  },
  {
    // Open ocean, more than 200 nautical miles from any coast: counts in `global` alone.
    eventtype: 'TC',
    eventid: 9200002,
    name: 'Tropical Cyclone SAMPLE-TWO',
    alertlevel: 'Green',
    at: [-43.8, 24.6],
    hoursAgo: [60, 5],
    countries: [],
    severity: [92.6, 'Tropical Storm (maximum wind speed of 93 km/h)', 'km/h'],
    source: 'NOAA',
  },
  {
    eventtype: 'FL',
    eventid: 9300001,
    name: 'Flood in Iraq, Iran',
    alertlevel: 'Orange',
    at: [45.9, 32.6],
    hoursAgo: [70, 14],
    countries: [
      ['IQ', 'IRQ', 'Iraq'],
      ['IR', 'IRN', 'Iran'],
    ],
    severity: [0, 'Magnitude 0 ', ''],
    source: 'GLOFAS',
  },
  {
    eventtype: 'FL',
    eventid: 9300002,
    name: 'Flood in Mozambique',
    alertlevel: 'Green',
    at: [35.4, -18.1],
    hoursAgo: [80, 26],
    countries: [['MZ', 'MOZ', 'Mozambique']],
    severity: [0, 'Magnitude 0 ', ''],
    source: 'GLOFAS',
  },
  {
    // Older than four days, younger than ten: only the drought window holds it.
    eventtype: 'DR',
    eventid: 9400001,
    name: 'Drought in Ethiopia, Kenya, Somalia',
    alertlevel: 'Orange',
    at: [42.3, 4.4],
    hoursAgo: [24 * 150, 24 * 7],
    countries: [
      ['ET', 'ETH', 'Ethiopia'],
      ['KE', 'KEN', 'Kenya'],
      ['SO', 'SOM', 'Somalia'],
    ],
    severity: [412_000, 'Severe impact for agriculture in 412000 km2', 'Impact'],
    source: 'GDO',
  },
  {
    eventtype: 'VO',
    eventid: 9500001,
    name: 'Eruption in Ecuador',
    alertlevel: 'Orange',
    at: [-78.34, -2.0],
    hoursAgo: [50, 7],
    countries: [['EC', 'ECU', 'Ecuador']],
    severity: [2, 'Volcanic Explosivity Index: VEI 2', 'VEI'],
    source: 'VAAC',
  },
  {
    eventtype: 'WF',
    eventid: 9600001,
    name: 'Forest fires in Canada',
    alertlevel: 'Green',
    at: [-117.2, 55.8],
    hoursAgo: [90, 18],
    countries: [['CA', 'CAN', 'Canada']],
    severity: [8_200, 'Green impact for forestfire in 8200 ha', 'ha'],
    source: 'GWIS',
  },
  {
    eventtype: 'WF',
    eventid: 9600002,
    name: 'Forest fires in Greece',
    alertlevel: 'Green',
    at: [22.6, 37.9],
    hoursAgo: [44, 11],
    countries: [['GR', 'GRC', 'Greece']],
    severity: [5_100, 'Green impact for forestfire in 5100 ha', 'ha'],
    source: 'GWIS',
  },
];
