import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { REGION_IDS } from '../../lib/hazards/regions/regions.js';
import { rows, status } from './support/answers.js';
import {
  always,
  both,
  type CronWorld,
  isoAgo,
  NONE,
  recent,
  search,
  startCronWorld,
  type World,
} from './support/cron-world.js';
import { judgeOddFeeds, type OddCases } from './support/odd-feeds.js';
import { NOW, usgsRow } from './support/rows.js';

let cron: CronWorld;
beforeAll(async () => {
  cron = await startCronWorld();
});
beforeEach(() => cron.reset());
afterAll(() => cron.close());

const QUIET: World = () => undefined;
const SILENT_GDACS = always('gdacs', status(503));
const storm = (fields: Readonly<Record<string, unknown>> = {}) => recent({ alertlevel: 'Red', ...fields });
/** Made when it is asked for, so that it is an hour old then. */
const RED_STORM: World = (asked) => search('TC', storm())(asked);

function quake(alert: string | null, coordinates: readonly number[] = [121, 14.6, 9]) {
  const time = Date.now() - 3_600_000;
  return usgsRow({ alert, mag: 7.8, time, updated: time }, { geometry: { type: 'Point', coordinates } });
}
const usgs = (...features: readonly unknown[]): World => always('usgs', rows(...features));

/** A page of 100 rows, the first of them red. */
const page = (first: number, fields: Readonly<Record<string, unknown>> = {}) =>
  rows(
    ...Array.from({ length: 100 }, (_, index) =>
      recent({ eventid: first + index, alertlevel: index === 0 ? 'Red' : 'Green', ...fields }),
    ),
  );

const EMERGENCY = { regime: { label: 'emergency' }, pressure: { score: 1 } };
const HEARD = {
  meta: { missing_inputs: [], incomplete_inputs: [], held_inputs: [], snapshot_confidence: 1 },
};

/** What is stored for a region after a run in each of these worlds. */
async function storedAfter(regionId: string, ...worlds: readonly World[]) {
  let ran = null;
  for (const [index, world] of worlds.entries()) {
    if (index > 0) cron.later(1 / 60);
    ran = await cron.run(world);
  }
  return { ran, snapshot: await ran?.stored(regionId) };
}

/** The regions that an orange earthquake counts in, by what is stored of them. */
async function regionsAt(longitude: number, latitude: number): Promise<readonly string[]> {
  return regionsIn(usgs(quake('orange', [longitude, latitude, 10])));
}

async function regionsIn(world: World): Promise<readonly string[]> {
  const ran = await cron.run(world);
  const labels = await Promise.all(REGION_IDS.map(async (id) => [id, (await ran.stored(id))?.regime.label]));
  for (const [, label] of labels) expect(['normal', 'alert', 'emergency']).toContain(label);
  return labels.flatMap(([id, label]) => (label === 'normal' ? [] : (id ?? [])));
}

async function summaryOf(row: ReturnType<typeof recent>, type: string) {
  const { snapshot } = await storedAfter('east-asia', search(type, row));
  return snapshot?.evidence[0]?.summary;
}

const NEEDS_TIME = 'takes 20 seconds: tests/hazards/slow-answer.test.ts, in the mode `long`';

const CASES: OddCases = {
  'unknown-is-never-calm': [
    async () => {
      const { snapshot } = await storedAfter('east-asia', usgs(quake('red')), usgs(quake('pending')));
      expect(snapshot).toMatchObject({ regime: { label: 'alert' }, pressure: { score: 2 / 3 }, ...HEARD });
    },
    async () => {
      const spaced = search('TC', storm({ todate: isoAgo(1).replace('T', ' ') }));
      const { snapshot } = await storedAfter('east-asia', RED_STORM, spaced);
      expect(snapshot).toMatchObject({ ...EMERGENCY, ...HEARD });
      expect(snapshot?.evidence[0]?.held_since).toBeUndefined();
    },
    async () => {
      const lower: World = (asked) =>
        asked.feed === 'gdacs' ? rows(storm({ eventtype: asked.type.toLowerCase() })) : undefined;
      const { snapshot } = await storedAfter('east-asia', RED_STORM, lower);
      expect(snapshot).toMatchObject({ ...EMERGENCY, ...HEARD, pressure: { alerts: { red: 6 } } });
    },
    async () => {
      const fire = search('WF', recent({ eventtype: 'WF', alertlevel: '1.5' }));
      const { snapshot } = await storedAfter('east-asia', QUIET, fire);
      expect(snapshot).toMatchObject({
        regime: { label: 'alert' },
        pressure: { alerts: { orange: 1 } },
        ...HEARD,
      });
    },
    async () => {
      const undated = search('TC', storm({ todate: '0001-01-01T00:00:00' }));
      const { ran, snapshot } = await storedAfter('east-asia', RED_STORM, undated);
      expect(ran?.report.inputs[1]).toMatchObject({ input: 'gdacs-tc', status: 'incomplete', skipped: 1 });
      expect(snapshot).toMatchObject({
        ...EMERGENCY,
        meta: { held_inputs: [{ input: 'gdacs-tc', since: NOW }] },
      });
    },
    async () => {
      const torn: World = (asked) =>
        asked.feed !== 'gdacs' || asked.type !== 'TC'
          ? undefined
          : asked.isGreen
            ? NONE
            : asked.page === 1
              ? page(1)
              : status(500);
      const { snapshot } = await storedAfter('east-asia', torn);
      expect(snapshot).toMatchObject({
        ...EMERGENCY,
        meta: { incomplete_inputs: ['gdacs-tc'], missing_inputs: [] },
        pressure: { events: { by_hazard: { cyclone: 100 } } },
      });
    },
    async () => {
      const fires: World = (asked) =>
        asked.feed !== 'gdacs' || asked.type !== 'WF'
          ? undefined
          : !asked.isGreen
            ? NONE
            : asked.page === 4
              ? status(503)
              : page(100 * asked.page, { eventtype: 'WF', alertlevel: 'Green' });
      const { snapshot } = await storedAfter('east-asia', fires);
      // Orange and red were heard, and there are none: what is missing is green, and cannot make it less calm.
      expect(snapshot).toMatchObject({
        regime: { label: 'normal' },
        meta: { incomplete_inputs: ['gdacs-wf'], held_inputs: [] },
        pressure: { score: 0, events: { by_hazard: { wildfire: 300 } } },
      });
    },
    async () => {
      const { snapshot } = await storedAfter('east-asia', always('TC', page(1, { alertlevel: 'Green' })));
      expect(snapshot).toMatchObject({
        regime: { label: 'unknown' },
        meta: { incomplete_inputs: ['gdacs-tc'] },
        pressure: { score: null, events: { by_hazard: { cyclone: 100 } } },
      });
    },
    async () => {
      let asked = 0;
      const world: World = (what) =>
        what.feed === 'gdacs' && what.type === 'TC' && !what.isGreen && asked++ === 0
          ? status(400)
          : RED_STORM(what);
      const { snapshot } = await storedAfter('east-asia', world);
      expect(snapshot).toMatchObject({ ...EMERGENCY, ...HEARD });
    },
    async () => {
      let asked = 0;
      const busy = status(429, { 'retry-after': '3' });
      const world: World = (what) =>
        what.feed === 'gdacs' && what.type === 'TC' && !what.isGreen && asked++ === 0
          ? busy
          : RED_STORM(what);
      const { snapshot } = await storedAfter('east-asia', world);
      expect(snapshot).toMatchObject({ ...EMERGENCY, ...HEARD });
      expect(cron.waits).toContain(3_000);
    },
    NEEDS_TIME,
    async () => {
      const empty: World = () => (response) => void response.end();
      const { ran, snapshot } = await storedAfter('east-asia', RED_STORM, empty);
      expect(ran?.report.inputs.map((input) => input.status)).toEqual(Array(7).fill('failed'));
      expect(ran?.httpStatus).toBe(500);
      expect(snapshot).toMatchObject({ ...EMERGENCY, generated_at: NOW });
    },
    async () => {
      const { ran, snapshot } = await storedAfter('east-asia', () => rows());
      expect(ran?.report.inputs.map((input) => input.status)).toEqual(
        ['EQ', 'TC', 'FL', 'DR', 'VO', 'WF', 'usgs'].map((name) =>
          ['TC', 'VO'].includes(name) ? 'ok' : 'incomplete',
        ),
      );
      expect(snapshot).toMatchObject({ regime: { label: 'unknown' }, pressure: { score: null } });
    },
    async () => {
      const ran = await cron.run(SILENT_GDACS);
      for (const id of REGION_IDS) {
        expect(await ran.stored(id)).toMatchObject({
          regime: { label: 'unknown', previous_label: null },
          pressure: { score: null },
        });
      }
    },
    async () => {
      const { snapshot } = await storedAfter('east-asia', RED_STORM, always('gdacs', status(429)));
      expect(snapshot).toMatchObject({
        ...EMERGENCY,
        evidence: [{ id: 'gdacs:TC:7000001', held_since: NOW }],
      });
    },
    async () => {
      const deaf = always('VO', status(503));
      await cron.run(usgs(quake('orange')));
      const labels = [];
      for (const hours of [6, 18, 1, 29 * 24]) {
        cron.later(hours);
        const ran = await cron.run(both(deaf, usgs(quake(null))));
        const snapshot = await ran.stored('east-asia');
        expect(snapshot?.evidence).toEqual([]);
        labels.push(snapshot?.regime.label);
      }
      // What was said of volcanoes is 24 hours old in the second of these runs, and older after that.
      expect(labels).toEqual(['normal', 'normal', 'unknown', 'unknown']);
    },
    async () => {
      await cron.run(RED_STORM);
      const pushed = { region_id: 'east-asia', generated_at: Date.now(), meta: {}, anything: 'of yours' };
      expect((await cron.push([pushed])).status).toBe(200);
      cron.later(1);
      const ran = await cron.run(SILENT_GDACS);
      expect(await ran.stored('east-asia')).toMatchObject(EMERGENCY);
    },
  ],
  places: [
    async () => expect(await regionsAt(-111.2, 11.9)).toEqual(['global']),
    async () => expect(await regionsAt(-165.6, 36.7)).toEqual(['global']),
    async () => expect(await regionsAt(68.93, -23.1)).toEqual(['global']),
    async () => expect(await regionsAt(26.79, 37.92)).toEqual(['europe', 'global']),
    async () => {
      const row = storm({
        country: 'Viet Nam, Philippines',
        affectedcountries: [{ iso2: 'PH', iso3: 'PHL' }],
      });
      const { snapshot } = await storedAfter('east-asia', search('TC', row));
      expect(snapshot?.evidence).toMatchObject([{ countries: ['PH', 'VN'] }]);
    },
    async () => {
      const affectedcountries = [{ iso2: 'BM', iso3: 'BMU' }];
      const row = storm({ country: 'Bermuda, Bahamas', iso3: 'BMU', affectedcountries });
      expect(await regionsIn(search('TC', row))).toEqual(['north-america', 'latam', 'global']);
    },
    async () => expect(await regionsAt(166.63, 19.29)).toEqual(['east-asia', 'global']),
  ],
  texts: [
    async () => {
      const row = recent({
        eventtype: 'FL',
        name: 'Flood in China',
        severitydata: { severitytext: 'Magnitude 0 ' },
      });
      expect(await summaryOf(row, 'FL')).toBe('Flood in China');
    },
    async () => {
      const severitytext = 'Tropical Storm (maximum wind speed of 269 km/h)';
      expect(await summaryOf(recent({ severitydata: { severitytext } }), 'TC')).toBe(
        'Tropical Cyclone EXAMPLE-26: maximum wind speed of 269 km/h',
      );
    },
    async () => {
      const names = ['Argentina', 'Bolivia', 'Colombia', '', ...Array(22).fill('Ecuador and its islands')];
      const severitydata = { severitytext: 'Severe impact in 412000 km2' };
      const row = recent({ eventtype: 'DR', name: `Drought in ${names.join(', ')}`, severitydata });
      expect(await summaryOf(row, 'DR')).toMatch(
        /Bolivia, Colombia, Ecuador .* and \d+ more: Severe impact in 412000 km2$/,
      );
    },
  ],
  counts: [
    async () => {
      const fires = Array.from({ length: 90 }, (_, index) =>
        recent({ eventtype: 'WF', eventid: index + 1, alertlevel: index < 60 ? 'Orange' : 'Green' }),
      );
      const { snapshot } = await storedAfter('east-asia', search('WF', ...fires));
      expect(snapshot?.pressure).toMatchObject({
        alerts: { orange: 60, red: 0 },
        events: { total: 90, by_hazard: { wildfire: 90 } },
      });
      expect(snapshot?.evidence.map(({ severity }) => severity)).toEqual(Array(60).fill(0.5));
    },
    async () => {
      const twin = (eventid: number, latitude: number) =>
        recent({ eventtype: 'EQ', eventid, alertlevel: 'Red' }, [121.3, latitude]);
      const { snapshot } = await storedAfter('east-asia', search('EQ', twin(1, 14.6), twin(2, 14.609)));
      expect(snapshot?.pressure.alerts).toEqual({ orange: 0, red: 1 });
    },
    async () => {
      // 13:45 in Italy is 12:45 UTC, and it is 12:01.
      const ahead = '2026-03-10T13:45:00';
      const eruption = recent({ eventtype: 'VO', fromdate: ahead, todate: ahead });
      const { snapshot } = await storedAfter('east-asia', QUIET, search('VO', eruption));
      expect(snapshot?.regime).toMatchObject({ label: 'alert', transitioned_at: snapshot?.generated_at });
    },
  ],
  windows: [
    async () => {
      const flood = search(
        'FL',
        recent({ eventtype: 'FL', fromdate: isoAgo(200), todate: '2026-03-06T06:00:00' }),
      );
      const first = await storedAfter('east-asia', flood);
      expect(first.snapshot?.regime.label).toBe('alert');
      cron.later(11);
      const second = await storedAfter('east-asia', flood);
      expect(second.snapshot?.regime.label).toBe('alert');
    },
  ],
};

judgeOddFeeds('odd feeds, from the cron call to the store', CASES);
