package dev.migrator;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_FIELD_INJECTION;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.migrator.problem.MigratorException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The house as a table: which package exists, and which ones it may use. */
@AnalyzeClasses(packages = ArchitectureTest.ROOT, importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    static final String ROOT = "dev.migrator";

    /** Each package by its last name, from the ground up; a row may name only rows above itself in this list. */
    private static final Map<String, Set<String>> MAY_USE = new LinkedHashMap<>();

    static {
        MAY_USE.put("problem", Set.of());
        MAY_USE.put("setting", Set.of("problem"));
        MAY_USE.put("sql", Set.of());
        MAY_USE.put("postgres", Set.of("problem"));
        MAY_USE.put("directive", Set.of("problem", "sql"));
        MAY_USE.put("migration", Set.of("directive", "problem", "sql"));
        MAY_USE.put("event", Set.of("migration", "problem"));
        MAY_USE.put("source", Set.of("directive", "migration", "sql", "problem"));
        MAY_USE.put("history", Set.of("migration", "postgres", "problem"));
        MAY_USE.put("stop", Set.of("postgres", "problem"));
        MAY_USE.put("lock", Set.of("stop", "postgres", "problem"));
        MAY_USE.put("schema", Set.of("postgres", "sql", "problem"));
        MAY_USE.put("plan", Set.of("directive", "migration", "history", "problem"));
        MAY_USE.put("script", Set.of("directive", "plan", "migration", "sql", "problem"));
        MAY_USE.put("hook", Set.of("script", "migration", "postgres", "sql", "problem"));
        MAY_USE.put("alone", Set.of("stop", "postgres", "sql", "problem"));
        MAY_USE.put("batch", Set.of("stop", "history", "migration", "postgres", "event", "problem"));
        MAY_USE.put("data", Set.copyOf(MAY_USE.keySet()));
        MAY_USE.put("execute", Set.copyOf(MAY_USE.keySet()));
        MAY_USE.put("instance", Set.of("history", "postgres", "problem"));
        MAY_USE.put("phase", Set.copyOf(MAY_USE.keySet()));
        MAY_USE.put("expected", Set.of("schema", "source", "migration", "postgres", "sql", "problem"));
        MAY_USE.put("amend", Set.copyOf(MAY_USE.keySet()));
        MAY_USE.put("reconcile", Set.copyOf(MAY_USE.keySet()));
        MAY_USE.put("migrator", Set.copyOf(MAY_USE.keySet())); // the root: the facade, used by none
    }

    @Test
    void theTableHasNoArrowUpwards() {
        Set<String> below = new HashSet<>();
        MAY_USE.forEach((room, used) -> {
            assertThat(below).as("rows below %s", room).containsAll(used);
            below.add(room);
        });
    }

    @ArchTest
    static final ArchRule everyClassUsesOnlyWhatItsPackageMay = classes()
            .should(useOnlyWhatTheTableAllows())
            .because("a package that is not in the table, a cycle or an arrow upwards is a decision: change the table");

    @ArchTest
    static final ArchRule thePureOnesKnowNoDatabaseAndNoSpring = noClasses()
            .that()
            .resideInAnyPackage(in("plan"), in("sql"), in("problem"), in("event"))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "javax.sql..", "org.postgresql..", "org.springframework..")
            .because("they are tested without a database, by their values alone");

    @ArchTest
    static final ArchRule coreRunsWithoutSpringBoot = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.springframework.boot..")
            .because("the command line and other frameworks use the same engine");

    @ArchTest
    static final ArchRule thereIsOneRootOfExceptions = classes()
            .that()
            .areAssignableTo(Throwable.class)
            .should()
            .beAssignableTo(MigratorException.class)
            .because("a caller catches one type, and each failure carries its problems");

    @ArchTest
    static final ArchRule nobodyThrowsWhatSaysNothing = noClasses()
            .that()
            .doNotBelongToAnyOf(MigratorException.class)
            .should()
            .callConstructorWhere(
                    target(owner(nameMatching("java\\.lang\\.(Throwable|Error|Exception|RuntimeException)"))))
            .because("a failure names its kind, what was found and what to do");

    @ArchTest
    static final ArchRule nobodyStopsTheJvm = noClasses()
            .should()
            .callMethod(System.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "halt", int.class)
            .because("the engine is a guest in a service; only the command line's main method exits");

    @ArchTest
    static final ArchRule collaboratorsComeThroughTheConstructor = NO_CLASSES_SHOULD_USE_FIELD_INJECTION;

    @ArchTest
    static final ArchRule nothingIsGlobalAndMutable =
            fields().that().areStatic().should().beFinal().because("two runs in one JVM must not meet");

    @ArchTest
    static final ArchRule whatChangesIsPrivate = fields().that()
            .areNotFinal()
            .should()
            .bePrivate()
            .because("only the class itself can keep its own state sound")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule aNameSaysWhatAThingIs = noClasses()
            .should()
            .haveNameMatching(".*(Impl|Utils?|Helper|Manager|Service|Processor|Info)")
            .orShould()
            .haveSimpleNameStartingWith("Abstract")
            .because("these words say what sort of class it is, not what it does");

    private static ArchCondition<JavaClass> useOnlyWhatTheTableAllows() {
        return new ArchCondition<>("use only what the table allows their package") {
            @Override
            public void check(JavaClass user, ConditionEvents events) {
                Set<String> allowed = MAY_USE.get(room(user));
                if (allowed == null) {
                    events.add(SimpleConditionEvent.violated(
                            user, user.getName() + ": package " + user.getPackageName() + " is not in the table"));
                    return;
                }
                user.getDirectDependenciesFromSelf().stream()
                        .filter(use -> use.getTargetClass().getPackageName().startsWith(ROOT))
                        .filter(use -> !room(use.getTargetClass()).equals(room(user)))
                        .filter(use -> !allowed.contains(room(use.getTargetClass())))
                        .forEach(use -> events.add(SimpleConditionEvent.violated(use, use.getDescription())));
            }
        };
    }

    /** {@code dev.migrator.sql} is "sql", {@code dev.migrator} is "migrator", {@code dev.migrator.sql.x} is "sql.x". */
    private static String room(JavaClass type) {
        String name = type.getPackageName();
        return name.equals(ROOT) ? "migrator" : name.substring(ROOT.length() + 1);
    }

    private static String in(String room) {
        return ROOT + "." + room;
    }
}
