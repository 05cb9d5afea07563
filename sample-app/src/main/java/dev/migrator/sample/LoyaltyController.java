package dev.migrator.sample;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** What the schema holds, to read. */
@RestController
class LoyaltyController {

    private static final int MOST_ROWS = 100;

    private final JdbcClient jdbc;

    LoyaltyController(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    record Customer(long id, String email, String fullName, String tier) {}

    record Wallet(long customerId, String email, String tier, long balance) {}

    record Campaign(
            String code,
            String title,
            LocalDate startsOn,
            @Nullable LocalDate endsOn,
            long participants) {}

    record Notification(long id, String channel, String body, Instant createdAt) {}

    @GetMapping("/customers")
    List<Customer> customers() {
        return jdbc.sql("SELECT id, email, full_name, tier FROM customers ORDER BY id LIMIT :most")
                .param("most", MOST_ROWS)
                .query(Customer.class)
                .list();
    }

    @GetMapping("/customers/{id}/wallet")
    ResponseEntity<Wallet> wallet(@PathVariable long id) {
        Optional<Wallet> wallet = jdbc.sql(
                        "SELECT customer_id, email, tier, balance FROM wallet_balances WHERE customer_id = :id")
                .param("id", id)
                .query(Wallet.class)
                .optional();
        return ResponseEntity.of(wallet);
    }

    @GetMapping("/campaigns")
    List<Campaign> campaigns() {
        return jdbc.sql("""
                        SELECT code, title, starts_on, ends_on, count(customer_id) AS participants
                          FROM campaigns LEFT JOIN campaign_participations ON campaign_id = campaigns.id
                         GROUP BY campaigns.id
                         ORDER BY code
                        """).query(Campaign.class).list();
    }

    @GetMapping("/customers/{id}/notifications")
    List<Notification> notifications(@PathVariable long id) {
        return jdbc.sql("""
                        SELECT id, channel, body, created_at
                          FROM notifications
                         WHERE customer_id = :id
                         ORDER BY created_at DESC
                         LIMIT :most
                        """)
                .param("id", id)
                .param("most", MOST_ROWS)
                .query(Notification.class)
                .list();
    }
}
