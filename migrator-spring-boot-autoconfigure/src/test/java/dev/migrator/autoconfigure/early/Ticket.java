package dev.migrator.autoconfigure.early;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** Its table comes from a migration. */
@Entity
@Table(name = "tickets")
class Ticket {

    @Id
    private Long id;

    private String title;

    protected Ticket() {}

    Ticket(long id, String title) {
        this.id = id;
        this.title = title;
    }

    long id() {
        return id;
    }

    String title() {
        return title;
    }
}
