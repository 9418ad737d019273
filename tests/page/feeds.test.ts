import { describe, expect, it } from 'vitest';
import { countryNames, eventKind, eventLines } from '../../public/app/events.js';
import { feedName, inputNames } from '../../public/app/feeds.js';
import { viewSnapshot } from '../../public/app/snapshot-view.js';

const ALL_OF_GDACS = ['gdacs-eq', 'gdacs-tc', 'gdacs-fl', 'gdacs-dr', 'gdacs-vo', 'gdacs-wf'];

describe('inputNames', () => {
  it('takes the six calls of GDACS for one feed', () => {
    expect(inputNames([...ALL_OF_GDACS, 'usgs'])).toEqual(['GDACS', 'USGS']);
  });

  it('names what is missing of it', () => {
    expect(inputNames(['gdacs-fl', 'gdacs-dr'])).toEqual(['GDACS floods', 'GDACS droughts']);
  });

  it('keeps the name of an input that it does not know', () => {
    expect([inputNames(['acled']), feedName('acled')]).toEqual([['acled'], 'acled']);
  });
});

describe('countryNames', () => {
  it('spells codes out', () => {
    expect(countryNames(['PH', 'TW'])).toBe('Philippines and Taiwan');
  });

  it('counts many', () => {
    expect(countryNames(['PH', 'TW', 'ET', 'KE', 'SO'])).toBe('5 countries');
  });

  it.each(['??', 'XX', 'Narnia', '<b>'])('leaves %s as it is, or as it is called', (code) => {
    expect(countryNames([code])).not.toBe('');
  });
});

describe('an event in words', () => {
  const viewOf = (event: object) => {
    const [view] = viewSnapshot({ evidence: [event] }).evidence ?? [];
    if (view === undefined) throw new Error('the event was not read');
    return view;
  };

  it('has what, how grave, when and where', () => {
    const event = viewOf({
      summary: 'Flood',
      type: 'flood',
      severity: 0.5,
      observed_at: 0,
      countries: ['IQ'],
    });
    expect(eventLines(event, 7_200_000)).toEqual(['Flood', 'flood, orange, severity 0.50', '2 h ago · Iraq']);
  });

  it('says so when it is not known how grave', () => {
    expect(eventKind(viewOf({ summary: 'Something' }))).toBe('event, severity not known');
  });
});
