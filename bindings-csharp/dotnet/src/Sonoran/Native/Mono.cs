using System;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Threading;

namespace Sonoran.Native;

/// <summary>What is different when Mono runs this.</summary>
internal static class Mono
{
    private static int _listens;

    internal static bool IsRunning { get; } = Type.GetType("Mono.Runtime") is not null;

    /// <summary>Lets a program end when its main method does.</summary>
    /// <remarks>
    /// Once Rust's thread has called back, Mono counts it among its own, and at the end waits for it without limit. Where
    /// Mono is part of another program, that program's end is not our business.
    /// </remarks>
    internal static void EndWithMain()
    {
        if (IsRunning && Assembly.GetEntryAssembly() is not null && Interlocked.Exchange(ref _listens, 1) == 0)
        {
            AppDomain.CurrentDomain.ProcessExit += static (_, _) => Exit(Environment.ExitCode);
        }
    }

    /// <summary>Lets imports of a library be looked for in a file.</summary>
    internal static void Map(string library, string file) => MapLibrary(IntPtr.Zero, library, null, file, null);

    [DllImport("__Internal", EntryPoint = "mono_dllmap_insert", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void MapLibrary(IntPtr assembly, string library, string? function, string file, string? target);

    [DllImport("__Internal", EntryPoint = "exit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void Exit(int code);
}
