using System;
using System.ComponentModel;
using System.IO;

namespace Sonoran.Emulator;

/// <summary>Runs the emulator's program for this machine as if it had been called itself.</summary>
internal static class Program
{
    public static int Main(string[] arguments)
    {
        try
        {
            var program = NativeProgram.Find();
            return OperatingSystem.IsWindows() ? WindowsChild.Run(program, arguments) : UnixProcess.Become(program, arguments);
        }
        catch (Exception problem) when (problem is PlatformNotSupportedException or IOException or UnauthorizedAccessException or Win32Exception)
        {
            Console.Error.WriteLine($"sonoran-emulator: {problem.Message}");
            return 1;
        }
    }
}
