using System;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Sonoran.Native;

/// <summary>Makes sure that the native library is there and is the one this assembly was written for.</summary>
internal static class NativeLibraryCheck
{
    // A test of the native library compares these with what it exports.
    private const uint Contract = 30;
    private const ushort ChecksumConstructor = 37367;
    private const ushort ChecksumBegin = 23313;
    private const ushort ChecksumClose = 29132;
    private const ushort ChecksumRateLimit = 46753;
    private const ushort ChecksumForeign = 39245;
    private const ushort ChecksumNextWait = 21830;
    private const ushort ChecksumCancel = 14521;
    private const ushort ChecksumReadUnread = 15729;
    private const ushort ChecksumParseEvent = 27605;
    private const ushort ChecksumEnvironmentNames = 50861;

    /// <exception cref="PlatformNotSupportedException">The process is a 32-bit one.</exception>
    /// <exception cref="DllNotFoundException">There is no native library that can be loaded here.</exception>
    /// <exception cref="InvalidOperationException">The native library is of another version.</exception>
    internal static void Run()
    {
        // Rust's handles have 64 bits, and SafeHandle has room for a pointer.
        if (IntPtr.Size != sizeof(ulong))
        {
            throw new PlatformNotSupportedException("Sonoran.Net needs a 64-bit process: build for x64, without \"prefer 32-bit\".");
        }

#if NET8_0_OR_GREATER
        CoreLoader.Run();
#else
        FrameworkLoader.Run();
#endif
        try
        {
            CompareAll();
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            throw new DllNotFoundException(LoadingProblem.Told(exception), exception);
        }
        catch (EntryPointNotFoundException exception)
        {
            throw Mismatch("exported functions", "this version's", "others", exception);
        }
    }

    // A method of its own: Mono looks imports up when it compiles the method that calls them.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void CompareAll()
    {
        Compare("UniFFI contract", Contract, NativeMethods.ContractVersion());
        Compare("constructor checksum", ChecksumConstructor, NativeMethods.ChecksumConstructor());
        Compare("begin checksum", ChecksumBegin, NativeMethods.ChecksumBegin());
        Compare("close checksum", ChecksumClose, NativeMethods.ChecksumClose());
        Compare("rate_limit checksum", ChecksumRateLimit, NativeMethods.ChecksumRateLimit());
        Compare("foreign checksum", ChecksumForeign, NativeMethods.ChecksumForeign());
        Compare("next_wait checksum", ChecksumNextWait, NativeMethods.ChecksumNextWait());
        Compare("cancel checksum", ChecksumCancel, NativeMethods.ChecksumCancel());
        Compare("read checksum", ChecksumReadUnread, NativeMethods.ChecksumReadUnread());
        Compare("parse_event checksum", ChecksumParseEvent, NativeMethods.ChecksumParseEvent());
        Compare("environment_names checksum", ChecksumEnvironmentNames, NativeMethods.ChecksumEnvironmentNames());
    }

    private static void Compare(string what, uint expected, uint found)
    {
        if (expected != found)
        {
            throw Mismatch(
                what, expected.ToString(CultureInfo.InvariantCulture), found.ToString(CultureInfo.InvariantCulture), null);
        }
    }

    private static InvalidOperationException Mismatch(string what, string expected, string found, Exception? cause) =>
        new(
            $"Sonoran.Net.dll and its native library are of different versions ({what}: the assembly expects {expected}, " +
            $"the library has {found}). Install one version of the Sonoran.Net package and build anew.",
            cause);
}
