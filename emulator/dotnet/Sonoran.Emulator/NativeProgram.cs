using System;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;

namespace Sonoran.Emulator;

/// <summary>The program that lies beside this one, one for each platform.</summary>
internal static class NativeProgram
{
    /// <summary>The program for this machine.</summary>
    /// <exception cref="PlatformNotSupportedException">There is none.</exception>
    internal static string Find()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "programs");
        var program = Path.Combine(folder, Platform(), OperatingSystem.IsWindows() ? "sonoran-emulator.exe" : "sonoran-emulator");
        if (File.Exists(program))
        {
            return program;
        }

        string[] there = Directory.Exists(folder) ? Directory.GetDirectories(folder) : [];
        throw new PlatformNotSupportedException(
            $"this package has no program for {Platform()}, only for {string.Join(", ", there.Select(Path.GetFileName).Order())}. With Rust, " +
            "\"cargo install sonoran-emulator\" builds one for any platform.");
    }

    // Programs for Linux are static, so the C library does not matter; Windows on Arm runs programs for x64.
    private static string Platform() =>
        OperatingSystem.IsWindows() ? "win-x64"
        : $"{(OperatingSystem.IsMacOS() ? "osx" : "linux")}-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";
}
