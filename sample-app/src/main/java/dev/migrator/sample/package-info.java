/** An ordinary service with migrations of its own: customers collect points in wallets. */
@NullMarked
package dev.migrator.sample;

import org.jspecify.annotations.NullMarked;
