using System;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace Sonoran.Native;

/// <summary>Finds the native library for .NET where its host does not: in a folder <c>runtimes</c> without the program's <c>deps.json</c>.</summary>
internal static class CoreLoader
{
    private static readonly Lazy<bool> Done = new(Prepare);

    /// <summary>Makes imports find the library; without one here, they fail as they would have.</summary>
    internal static void Run() => _ = Done.Value;

    // Not by a resolver of the assembly, of which there can be one alone: that one is the program's. Only a file that the
    // environment names has to go before what the host finds.
    private static bool Prepare()
    {
        if (LibraryFiles.Named() is { } named)
        {
            Prefer(named);
        }

        AssemblyLoadContext.GetLoadContext(typeof(CoreLoader).Assembly)!.ResolvingUnmanagedDll += static (_, name) =>
            name == Platform.Library && LibraryFiles.Here() is { } file && NativeLibrary.TryLoad(file, out var library) ? library : 0;
        return true;
    }

    private static void Prefer(string named)
    {
        try
        {
            NativeLibrary.SetDllImportResolver(
                typeof(CoreLoader).Assembly, (name, _, _) => name == Platform.Library ? NativeLibrary.Load(named) : 0);
        }
        catch (InvalidOperationException)
        {
            // The program has one of its own, which knows better.
        }
    }
}
