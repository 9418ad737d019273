/** Put before every key that the benchmark writes. */
export const NAMESPACE = 'bench:';
