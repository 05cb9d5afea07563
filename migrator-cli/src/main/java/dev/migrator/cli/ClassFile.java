package dev.migrator.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.asm.AnnotationVisitor;
import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.Label;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;

/**
 * What a class file says of a migration in Java.
 *
 * @param type as class files write it
 * @param supertypes its superclass and its interfaces
 * @param concrete whether there can be objects of it
 * @param name what its method {@code name()} returns, where that is one constant text and nothing else; or null
 * @param bean the name of the bean that it is marked as, which is the migration's where it is one; or null
 */
record ClassFile(
        String type,
        List<String> supertypes,
        boolean concrete,
        @Nullable String name,
        @Nullable String bean) {

    static final Set<String> MIGRATIONS = Set.of(
            "dev/migrator/migration/DataMigration",
            "dev/migrator/migration/BatchMigration",
            "dev/migrator/migration/MigrationCode");

    private static final String COMPONENT = "Lorg/springframework/stereotype/Component;";

    private static final String NAME = "dev/migrator/migration/MigrationName";

    static ClassFile read(ClassReader reader) {
        Name name = new Name();
        Bean bean = new Bean();
        reader.accept(
                new ClassVisitor(SpringAsmInfo.ASM_VERSION) {
                    @Override
                    public @Nullable AnnotationVisitor visitAnnotation(String descriptor, boolean visible) {
                        return descriptor.equals(COMPONENT) ? bean : null;
                    }

                    @Override
                    public @Nullable MethodVisitor visitMethod(
                            int access,
                            String method,
                            String descriptor,
                            @Nullable String signature,
                            String @Nullable [] thrown) {
                        return method.equals("name") && descriptor.equals("()L" + NAME + ";") ? name : null;
                    }
                },
                ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
        List<String> supertypes = new ArrayList<>(List.of(reader.getInterfaces()));
        if (reader.getSuperName() != null) {
            supertypes.add(reader.getSuperName());
        }
        boolean concrete = (reader.getAccess() & (Opcodes.ACC_ABSTRACT | Opcodes.ACC_INTERFACE)) == 0;
        return new ClassFile(reader.getClassName(), supertypes, concrete, name.text(), bean.name);
    }

    /** {@code @Component("…")}. */
    private static final class Bean extends AnnotationVisitor {

        private @Nullable String name;

        Bean() {
            super(SpringAsmInfo.ASM_VERSION);
        }

        @Override
        public void visit(String attribute, Object value) {
            name = attribute.equals("value") && value instanceof String text ? text : name;
        }
    }

    /** {@code return MigrationName.of("…")}: anything more can't be known without running it. */
    private static final class Name extends MethodVisitor {

        private static final String WANTED = "text, of, return";

        private final List<String> steps = new ArrayList<>();
        private @Nullable String text;

        Name() {
            super(SpringAsmInfo.ASM_VERSION);
        }

        @Nullable
        String text() {
            return String.join(", ", steps).equals(WANTED) ? text : null;
        }

        @Override
        public void visitLdcInsn(Object value) {
            text = value instanceof String constant ? constant : null;
            steps.add("text");
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String method, String descriptor, boolean ofInterface) {
            steps.add(owner.equals(NAME) && method.equals("of") ? "of" : "a call");
        }

        @Override
        public void visitInsn(int opcode) {
            steps.add(opcode == Opcodes.ARETURN ? "return" : "an instruction");
        }

        @Override
        public void visitVarInsn(int opcode, int variable) {
            steps.add("a variable");
        }

        @Override
        public void visitFieldInsn(int opcode, String owner, String field, String descriptor) {
            steps.add("a field");
        }

        @Override
        public void visitTypeInsn(int opcode, String type) {
            steps.add("a type");
        }

        @Override
        public void visitJumpInsn(int opcode, Label label) {
            steps.add("a jump");
        }
    }
}
