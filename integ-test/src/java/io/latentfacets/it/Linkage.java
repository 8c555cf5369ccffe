/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Checks whether the plugin's classes link with a server: the server's jars must contain each of their methods and
 * fields that our code references. A JVM finds a missing one only when it runs the code; this class finds all of them.
 * Not thread-safe.
 */
final class Linkage {
    /**
     * The part of a class that linking needs.
     *
     * @param members the members that the class declares
     * @param parents the names of its superclass and interfaces
     */
    private record Declared(Set<String> members, List<String> parents) {}

    private final Map<String, byte[]> server = new HashMap<>();
    private final Map<String, Declared> declared = new HashMap<>();
    private final Set<String> missing = new TreeSet<>();

    private Linkage() {}

    /**
     * Finds the unresolved references.
     *
     * @param home the directory of an assembled server with our plugin installed
     * @return the members that our classes reference and the server's {@code lib} lacks, as {@code class: member};
     *     empty if all resolve
     */
    static Set<String> missing(Path home) throws IOException {
        Linkage linkage = new Linkage();
        for (Path jar : jars(home.resolve("lib"))) {
            linkage.server.putAll(classes(jar));
        }
        Map<String, byte[]> ours = new HashMap<>();
        for (Path jar : jars(home.resolve("plugins/latent-facets"))) {
            if (jar.getFileName().toString().startsWith("latent-facets")) {
                ours.putAll(classes(jar));
            }
        }
        if (ours.isEmpty() || linkage.server.isEmpty()) {
            throw new IOException("no classes of ours or of the server in " + home);
        }
        ours.forEach(linkage::check);
        return linkage.missing;
    }

    private static List<Path> jars(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".jar")).toList();
        }
    }

    private static Map<String, byte[]> classes(Path jar) throws IOException {
        Map<String, byte[]> classes = new HashMap<>();
        try (JarFile file = new JarFile(jar.toFile())) {
            for (var entry : file.stream().toList()) {
                String name = entry.getName();
                if (name.endsWith(".class") && !name.startsWith("META-INF/")) {
                    try (InputStream in = file.getInputStream(entry)) {
                        classes.put(name.substring(0, name.length() - ".class".length()), in.readAllBytes());
                    }
                }
            }
        }
        return classes;
    }

    private void check(String name, byte[] code) {
        new ClassReader(code)
                .accept(
                        new ClassVisitor(Opcodes.ASM9) {
                            @Override
                            public MethodVisitor visitMethod(
                                    int access, String method, String descriptor, String signature, String[] thrown) {
                                return new References(name);
                            }
                        },
                        ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
    }

    private void require(String from, String owner, String member) {
        if (server.containsKey(owner) && !has(owner, member)) {
            missing.add(from + ": " + owner + "." + member);
        } else if (owner.startsWith("org/opensearch/") && !server.containsKey(owner)) {
            missing.add(from + ": " + owner);
        }
    }

    private boolean has(String owner, String member) {
        Declared type = declared.computeIfAbsent(owner, this::read);
        return type.members().contains(member) || type.parents().stream().anyMatch(parent -> has(parent, member));
    }

    private Declared read(String name) {
        Set<String> members = new HashSet<>();
        List<String> parents = new ArrayList<>();
        byte[] code = server.get(name);
        try (InputStream platform = code == null ? ClassLoader.getSystemResourceAsStream(name + ".class") : null) {
            if (code == null && platform == null) {
                return new Declared(members, parents);
            }
            new ClassReader(code == null ? platform.readAllBytes() : code)
                    .accept(
                            new ClassVisitor(Opcodes.ASM9) {
                                @Override
                                public void visit(
                                        int version,
                                        int access,
                                        String self,
                                        String signature,
                                        String parent,
                                        String[] interfaces) {
                                    if (parent != null) {
                                        parents.add(parent);
                                    }
                                    parents.addAll(List.of(interfaces));
                                }

                                @Override
                                public MethodVisitor visitMethod(
                                        int access,
                                        String method,
                                        String descriptor,
                                        String signature,
                                        String[] thrown) {
                                    members.add(method + descriptor);
                                    return null;
                                }

                                @Override
                                public FieldVisitor visitField(
                                        int access, String field, String descriptor, String signature, Object value) {
                                    members.add(field + " " + descriptor);
                                    return null;
                                }
                            },
                            ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Declared(members, parents);
    }

    /** Collects the references of one of our methods. */
    private final class References extends MethodVisitor {
        private final String from;

        References(String from) {
            super(Opcodes.ASM9);
            this.from = from;
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String name, String descriptor, boolean isInterface) {
            require(from, owner, name + descriptor);
        }

        @Override
        public void visitFieldInsn(int opcode, String owner, String name, String descriptor) {
            require(from, owner, name + " " + descriptor);
        }

        @Override
        public void visitInvokeDynamicInsn(String name, String descriptor, Handle bootstrap, Object... arguments) {
            for (Object argument : arguments) {
                if (argument instanceof Handle handle) {
                    String separator = handle.getTag() <= Opcodes.H_PUTSTATIC ? " " : "";
                    require(from, handle.getOwner(), handle.getName() + separator + handle.getDesc());
                }
            }
        }
    }
}
