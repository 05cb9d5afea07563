package dev.migrator.autoconfigure.environment;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Reads the setting as the record of the settings does; a word that it does not know stops the start. */
final class OnSwitch extends SpringBootCondition {

    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        MergedAnnotation<ConditionalOnSwitch> wanted = metadata.getAnnotations().get(ConditionalOnSwitch.class);
        String name = wanted.getString("name");
        boolean on = Binder.get(context.getEnvironment())
                .bind(name, Boolean.class)
                .orElseGet(() -> wanted.getBoolean("unset"));
        ConditionMessage message =
                ConditionMessage.forCondition(ConditionalOnSwitch.class).because(name + " is " + (on ? "on" : "off"));
        return new ConditionOutcome(on == wanted.getBoolean("is"), message);
    }
}
