import { SHARED_EARTHQUAKE } from './gdacs-samples.js';

const HOUR_MS = 60 * 60_000;

interface UsgsSample {
  readonly id: string;
  readonly mag: number;
  readonly place: string;
  readonly alert: 'green' | 'yellow' | 'orange' | 'red' | null;
  readonly at: readonly [longitude: number, latitude: number, depthKm: number];
  readonly hoursAgo: number;
  readonly type?: string;
}

/** Invented earthquakes: every PAGER level, most without one, and a blast that is not an earthquake. */
const USGS_SAMPLES: readonly UsgsSample[] = [
  {
    id: 'us9000sam1',
    mag: 4.6,
    place: 'South Sandwich Islands region',
    alert: null,
    at: [-26.4, -57.2, 88],
    hoursAgo: 2,
  },
  {
    id: 'us9000sam2',
    mag: 6.8,
    place: '41 km NE of Tabas, Iran',
    alert: 'red',
    at: [57.2, 33.9, 10],
    hoursAgo: 20,
  },
  {
    // GDACS has the same earthquake from an earlier solution, a few kilometres off and in whole seconds.
    id: 'us9000sam3',
    mag: 6.4,
    place: '18 km WNW of Gorkha, Nepal',
    alert: 'orange',
    at: [SHARED_EARTHQUAKE.at[0] - 0.05, SHARED_EARTHQUAKE.at[1] + 0.03, 13.4],
    hoursAgo: SHARED_EARTHQUAKE.hoursAgo,
  },
  {
    id: 'us9000sam4',
    mag: 5.7,
    place: '7 km SSW of Norcia, Italy',
    alert: 'yellow',
    at: [13.06, 42.73, 9.1],
    hoursAgo: 40,
  },
  {
    id: 'ak9000sam5',
    mag: 5.1,
    place: '22 km NW of Anchorage, Alaska',
    alert: 'green',
    at: [-150.2, 61.4, 45],
    hoursAgo: 12,
  },
  {
    id: 'us9000sam6',
    mag: 4.9,
    place: '103 km W of Coquimbo, Chile',
    alert: null,
    at: [-72.4, -29.9, 21],
    hoursAgo: 33,
  },
  {
    id: 'us9000sam7',
    mag: 5.4,
    place: '64 km S of Tual, Indonesia',
    alert: 'green',
    at: [132.8, -6.2, 35],
    hoursAgo: 50,
  },
  {
    id: 'us9000sam8',
    mag: 5.0,
    place: 'Kermadec Islands region',
    alert: null,
    at: [-177.6, -29.6, 30],
    hoursAgo: 130,
  },
  {
    id: 'us9000sam9',
    mag: 4.5,
    place: '9 km E of Jwaneng, Botswana',
    alert: null,
    at: [24.8, -24.6, 0],
    hoursAgo: 60,
    type: 'quarry blast',
  },
];

/**
 * The feed "M 4.5+, past week".
 *
 * @param now epoch ms that the events are dated back from
 * @param generatedAt epoch ms
 */
export function usgsFeed(now: number, generatedAt = now) {
  return {
    type: 'FeatureCollection',
    metadata: {
      generated: generatedAt,
      title: 'USGS Magnitude 4.5+ Earthquakes, Past Week',
      status: 200,
      api: '1.10.3',
      count: USGS_SAMPLES.length,
    },
    features: USGS_SAMPLES.map((sample) => usgsRow(sample, now)),
  };
}

function usgsRow({ id, mag, place, alert, at, hoursAgo, type = 'earthquake' }: UsgsSample, now: number) {
  // Unlike GDACS, USGS knows fractions of a second.
  const time = now - hoursAgo * HOUR_MS + 640;
  return {
    type: 'Feature',
    properties: {
      mag,
      place,
      time,
      updated: time + HOUR_MS / 2,
      tz: null,
      url: `https://earthquake.usgs.gov/earthquakes/eventpage/${id}`,
      detail: `https://earthquake.usgs.gov/earthquakes/feed/v1.0/detail/${id}.geojson`,
      felt: null,
      cdi: null,
      mmi: null,
      alert,
      status: 'reviewed',
      tsunami: 0,
      sig: Math.round((mag * 100) ** 2 / 650),
      net: id.slice(0, 2),
      code: id.slice(2),
      ids: `,${id},`,
      sources: `,${id.slice(0, 2)},`,
      types: ',origin,phase-data,',
      magType: 'mww',
      type,
      title: `M ${mag.toFixed(1)}${type === 'earthquake' ? '' : ` ${type}`} - ${place}`,
    },
    geometry: { type: 'Point', coordinates: at },
    id,
  };
}
