using System;
using System.ComponentModel;
using System.IO;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Sonoran.Emulator;

/// <summary>Linux and macOS: this process becomes the program, so that signals, streams and exit code need no passing on.</summary>
[UnsupportedOSPlatform("windows")]
internal static partial class UnixProcess
{
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Does not return, unless the program cannot be started.</summary>
    internal static int Become(string program, string[] arguments)
    {
        MakeExecutable(program);
        _ = Execute(program, [program, .. arguments, null]);
        throw new Win32Exception(Marshal.GetLastPInvokeError(), $"cannot start {program}: {Marshal.GetLastPInvokeErrorMessage()}. " +
            "Is it on a file system that forbids programs (noexec)?");
    }

    // NuGet unpacks files without the permission to be run.
    private static void MakeExecutable(string program)
    {
        var mode = File.GetUnixFileMode(program);
        if (mode.HasFlag(UnixFileMode.UserExecute) && mode.HasFlag(UnixFileMode.OtherExecute))
        {
            return;
        }

        try
        {
            File.SetUnixFileMode(program, mode | Executable);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new UnauthorizedAccessException($"{program} is not executable, and this user may not change that. Its owner does so with: chmod +x '{program}'", problem);
        }
    }

    [LibraryImport("libc", EntryPoint = "execv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Execute(string program, string?[] arguments);
}
