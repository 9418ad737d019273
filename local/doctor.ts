/** Entry of `npm run doctor`. */
import { runCommand } from './command.js';
import { runDoctor } from './doctor/run-doctor.js';

await runCommand(runDoctor);
