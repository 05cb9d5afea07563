package dev.migrator.data;

import dev.migrator.batch.BatchWork;
import dev.migrator.batch.Page;
import dev.migrator.batch.WalkedTable;
import dev.migrator.postgres.Answer;
import dev.migrator.postgres.Message;
import dev.migrator.script.PreparedBatch;
import dev.migrator.script.ScriptCheck;
import java.sql.SQLException;

/** The statements of a file, with the ends of the range in them, as one message. */
final class SqlBatchWork implements BatchWork {

    private final DataRun run;
    private final PreparedBatch file;
    private final WalkedTable table;
    private int reached;

    SqlBatchWork(DataRun run, PreparedBatch file, WalkedTable table) {
        this.run = run;
        this.file = file;
        this.table = table;
    }

    @Override
    public long migrate(Page page) throws SQLException {
        Message message = new Message();
        String from = table.literal(page.first());
        String to = table.literal(page.last());
        file.statements().forEach(statement -> message.add(statement.text().between(from, to)));
        Answer answer = run.cancellation().send(run.session(), message);
        reached = Math.min(answer.completed(), file.statements().size() - 1);
        return answer.orThrow().rows();
    }

    /** The statement that ran last. */
    String place() {
        return ScriptCheck.at(file.file(), file.statements().get(reached).position());
    }
}
