using System;
using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Sonoran.Emulator;

/// <summary>Windows: the program runs as a child that shares this process's console and streams, and ends with it.</summary>
[SupportedOSPlatform("windows")]
internal static partial class WindowsChild
{
    private const int ExtendedLimits = 9;
    private const uint EndWithJob = 0x2000;

    /// <summary>The child's exit code.</summary>
    internal static int Run(string program, string[] arguments)
    {
        // Ctrl-C reaches the child by itself, and it is the child that decides.
        Console.CancelKeyPress += static (_, interrupt) => interrupt.Cancel = true;
        EndChildrenWithThis();
        using var child = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false })
            ?? throw new Win32Exception($"cannot start {program}");
        child.WaitForExit();
        return child.ExitCode;
    }

    // Children belong to their parent's job. The system closes the handle when this process ends, killed too.
    private static void EndChildrenWithThis()
    {
        var job = CreateJob(0, 0);
        var limits = new Limits { Flags = EndWithJob };
        if (job == 0 || !SetLimits(job, ExtendedLimits, ref limits, (uint)Marshal.SizeOf<Limits>()) || !Assign(job, Process.GetCurrentProcess().Handle))
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"cannot make a job: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [LibraryImport("kernel32", EntryPoint = "CreateJobObjectW", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial nint CreateJob(nint security, nint name);

    [LibraryImport("kernel32", EntryPoint = "SetInformationJobObject", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetLimits(nint job, int kind, ref Limits limits, uint length);

    [LibraryImport("kernel32", EntryPoint = "AssignProcessToJobObject", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool Assign(nint job, nint process);

    /// <summary>JOBOBJECT_EXTENDED_LIMIT_INFORMATION of 64 bits, of which only the flags are needed.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 144)]
    private struct Limits
    {
        [FieldOffset(16)]
        public uint Flags;
    }
}
