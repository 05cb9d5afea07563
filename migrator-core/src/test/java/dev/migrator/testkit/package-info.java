/**
 * What the tests of every module stand on: real servers, fresh databases, a network that fails on demand, processes that
 * can be killed. Knows nothing of the engine, so it can judge it.
 */
package dev.migrator.testkit;
