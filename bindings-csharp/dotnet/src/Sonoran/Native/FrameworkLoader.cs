using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sonoran.Native;

/// <summary>Finds the native library for .NET Framework and Mono, which know nothing of the folder <c>runtimes</c>.</summary>
internal static class FrameworkLoader
{
    private const uint WithItsFolder = 0x8;

    private static readonly Lazy<bool> Done = new(Prepare);

    /// <summary>Makes imports find the library; without one here, they fail as they would have.</summary>
    internal static void Run() => _ = Done.Value;

    private static bool Prepare()
    {
        Mono.EndWithMain();
        if (!NeedsHelp() || LibraryFiles.Here() is not { } file)
        {
            return false;
        }

        if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
        {
            Load(file);
        }
        else
        {
            Mono.Map(Platform.Library, file);
        }

        return true;
    }

    // Imports by name are then satisfied by the loaded module of that name.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Load(string file) => LoadLibraryEx(file, IntPtr.Zero, WithItsFolder);

    private static bool NeedsHelp() =>
        Mono.IsRunning ||
        RuntimeInformation.FrameworkDescription.StartsWith(".NET Framework", StringComparison.Ordinal);

    [DllImport("kernel32", CharSet = CharSet.Unicode, EntryPoint = "LoadLibraryExW", ExactSpelling = true, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern IntPtr LoadLibraryEx(string file, IntPtr reserved, uint flags);
}
