/**
 * Reads the snapshot that a region's `latest` names. Writes nothing; it is sent with EVAL_RO, so that Redis would
 * refuse a write.
 *
 * KEYS  1 latest
 * ARGV  1 what the keys of all snapshots by id begin with
 *
 * | reply         | when                                                                       |
 * |---------------|----------------------------------------------------------------------------|
 * | nil           | the region has no latest snapshot                                          |
 * | {id}          | latest names a snapshot that is not there, or whose key holds no string    |
 * | {id, payload} | latest names a snapshot, and here it is                                    |
 *
 * The key of the snapshot is not in KEYS, as those of all other scripts are: its name is known only when `latest` has
 * been read. Asking for the two one after the other would cost a second round trip, and between the two a newer
 * snapshot could arrive. Stores that lock by key are not misled: without the flag that asks for it, they lock as a whole.
 */
export const READ_LATEST = `
local id = redis.call('GET', KEYS[1])
if not id then return nil end
local payload = redis.pcall('GET', ARGV[1] .. id)
if type(payload) ~= 'string' then return {id} end
return {id, payload}
`;
