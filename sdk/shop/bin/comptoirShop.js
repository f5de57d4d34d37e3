#!/usr/bin/env node
import '../dist/cli/comptoirShop.js';
