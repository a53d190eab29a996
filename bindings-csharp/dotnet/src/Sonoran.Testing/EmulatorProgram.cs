using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Sonoran.Testing;

/// <summary>Finds the emulator's program.</summary>
internal static class EmulatorProgram
{
    private static readonly string File = OperatingSystem.IsWindows() ? "sonoran-emulator.exe" : "sonoran-emulator";

    internal static string Find(string? given) =>
        given
        ?? Named()
        ?? Places().Select(place => Path.Combine(place, File)).FirstOrDefault(System.IO.File.Exists)
        ?? throw new EmulatorException(
            $"there is no {File} beside the tests, in {AppContext.BaseDirectory}, nor on PATH, and SONORAN_EMULATOR names none: "
            + "build with the package Sonoran.Net.Testing, or install the .NET tool with \"dotnet tool install --global Sonoran.Emulator\"");

    private static string? Named() => Environment.GetEnvironmentVariable("SONORAN_EMULATOR") is { Length: > 0 } named ? named : null;

    private static IEnumerable<string> Places() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Prepend(AppContext.BaseDirectory);
}
