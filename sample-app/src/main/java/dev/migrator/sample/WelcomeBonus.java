package dev.migrator.sample;

import dev.migrator.migration.DataMigration;
import dev.migrator.migration.MigrationContext;
import dev.migrator.migration.MigrationName;
import dev.migrator.migration.MigrationResult;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;

/** Points for everybody of a campaign; it can be taken back, by booking the opposite. */
@Lazy
@Component(WelcomeBonus.NAME)
class WelcomeBonus implements DataMigration {

    static final String NAME = "20251125-welcome-bonus";

    private static final int POINTS = 5;
    private static final String REASON = "welcome bonus";
    private static final String TAKEN_BACK = "welcome bonus, taken back";

    @Override
    public MigrationName name() {
        return MigrationName.of(NAME);
    }

    @Override
    public String description() {
        return POINTS + " points for all who take part in WELCOME";
    }

    @Override
    public MigrationResult up(MigrationContext context) {
        long booked = context.jdbc()
                .sql("""
                        SELECT count(book_points(customer_id, :points, :reason))
                          FROM campaign_participations JOIN campaigns ON campaigns.id = campaign_id
                         WHERE code = 'WELCOME'
                        """)
                .param("points", POINTS)
                .param("reason", REASON)
                .query(Long.class)
                .single();
        return MigrationResult.success(booked).with("points", booked * POINTS);
    }

    @Override
    public boolean verify(MigrationContext context) {
        return context.jdbc().sql("""
                        SELECT NOT EXISTS (
                            SELECT FROM wallets JOIN wallet_entries ON wallet_id = wallets.id
                             GROUP BY wallets.id HAVING sum(points) <> balance)
                        """).query(Boolean.class).single();
    }

    @Override
    public void down(MigrationContext context) {
        context.jdbc()
                .sql("""
                        SELECT count(book_points(customer_id, -:points, :undone))
                          FROM (SELECT customer_id FROM wallet_entries JOIN wallets ON wallets.id = wallet_id
                                 WHERE reason IN (:reason, :undone)
                                 GROUP BY customer_id HAVING sum(points) > 0) AS booked
                        """)
                .param("points", POINTS)
                .param("reason", REASON)
                .param("undone", TAKEN_BACK)
                .query(Long.class)
                .single();
    }
}
