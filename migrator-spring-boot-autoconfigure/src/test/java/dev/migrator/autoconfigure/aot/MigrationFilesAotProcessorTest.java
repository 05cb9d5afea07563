package dev.migrator.autoconfigure.aot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.migrator.autoconfigure.MigratorAutoConfiguration;
import dev.migrator.source.FileIndex;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.GeneratedFiles.Kind;
import org.springframework.aot.generate.GenerationContext;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.javapoet.ClassName;

class MigrationFilesAotProcessorTest {

    private final InMemoryGeneratedFiles files = new InMemoryGeneratedFiles();

    private GenerationContext built(String... settings) {
        GenerationContext generation =
                new DefaultGenerationContext(new ClassNameGenerator(ClassName.get("test", "Service")), files);
        try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
            context.register(MigratorAutoConfiguration.class);
            TestPropertyValues.of(settings)
                    .and("migrator.url=jdbc:postgresql://nowhere/none")
                    .applyTo(context);
            new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
        }
        return generation;
    }

    private String index() throws IOException {
        var file = files.getGeneratedFile(Kind.RESOURCE, FileIndex.RESOURCE);
        return file == null ? "" : new String(file.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void theFilesOfTheConfiguredLocationsAreTakenAlongWithTheirChecksums() throws IOException {
        GenerationContext generation =
                built("migrator.locations=classpath:db/ahead/", "migrator.expected-schema.locations=classpath:db/want");

        assertThat(index()).contains("db/ahead/001-first.sql\t", "sha256:");
        for (String file : new String[] {"db/ahead/001-first.sql", "db/want/a.sql", FileIndex.RESOURCE}) {
            assertThat(RuntimeHintsPredicates.resource().forResource(file))
                    .as(file)
                    .accepts(generation.getRuntimeHints());
        }
        assertThat(RuntimeHintsPredicates.resource().forResource("db/migration/001.sql"))
                .rejects(generation.getRuntimeHints());
    }

    @Test
    void aServiceWithoutMigrationsHasNoIndex() throws IOException {
        built("migrator.enabled=false", "migrator.locations=classpath:db/ahead/");

        assertThat(index()).isEmpty();
    }
}
