#!/usr/bin/env node
// Here before anything is built, so that `npm ci` can link it.
import '../dist/cli/comptoirSim.js';
