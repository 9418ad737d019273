/** Entry of `npm run doctor`. */
import { runDoctor } from './doctor/run-doctor.js';
import { runCommand } from './run-command.js';

await runCommand(runDoctor);
