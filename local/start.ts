/** Entry of `npm start`. */
import { main } from './main.js';
import { runCommand } from './run-command.js';

await runCommand(main);
