const A1 = 1.340264;
const A2 = -0.081106;
const A3 = 0.000893;
const A4 = 0.003796;
const M = Math.sqrt(3) / 2;
const RADIANS = Math.PI / 180;

/**
 * The Equal Earth projection (Šavrič, Patterson and Jenny 2018, equations 1 and 2), which keeps areas true.
 *
 * @param {number} lambda longitude from the central meridian, radians
 * @param {number} phi latitude, radians
 * @returns {[x: number, y: number]} on a sphere of radius 1, y to the north
 */
export function equalEarth(lambda, phi) {
  const theta = Math.asin(M * Math.sin(phi));
  const t2 = theta * theta;
  const t6 = t2 * t2 * t2;
  const x = (lambda * Math.cos(theta)) / (M * (A1 + 3 * A2 * t2 + t6 * (7 * A3 + 9 * A4 * t2)));
  const y = theta * (A1 + A2 * t2 + t6 * (A3 + A4 * t2));
  return [x, y];
}

/**
 * Puts a point on the map.
 *
 * @param {number} longitude degrees, any turn
 * @param {number} latitude degrees
 * @param {{ width: number, height: number, scale: number, centralLongitude: number }} map
 * @returns {[x: number, y: number]} in units of the map, y downwards
 */
export function projectPoint(longitude, latitude, { width, height, scale, centralLongitude }) {
  const fromCentre = wrap(longitude - centralLongitude);
  const [x, y] = equalEarth(fromCentre * RADIANS, latitude * RADIANS);
  return [width / 2 + scale * x, height / 2 - scale * y];
}

/** @param {number} degrees @returns {number} the same meridian between −180 and 180 */
function wrap(degrees) {
  return degrees - 360 * Math.round(degrees / 360);
}
