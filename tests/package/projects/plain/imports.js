// node imports.js ENTRY…: imports each and prints, as JSON, the names that it exports.
const names = {};
for (const entry of process.argv.slice(2)) {
  names[entry] = Object.keys(await import(entry)).sort();
}
console.log(JSON.stringify(names));
