using Xunit.Runner.InProc.SystemConsole;

namespace Sonoran.Tests;

/// <summary>Runs the tests, or what one of them wants to happen in a process of its own.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        switch (args.FirstOrDefault())
        {
            case ConformanceTests.InAProcess:
                Console.WriteLine(await ConformanceRunner.Report(await Console.In.ReadToEndAsync()));
                return 0;
            case FaultTests.InAProcess:
                await FaultTests.Provoke(library: args[1], emulator: args[2]);
                return 0;
            case GuardTests.InAProcess:
                Console.WriteLine(await GuardTests.Call(args[1]));
                return 0;
            case LoadingTests.InAProcess:
                Console.WriteLine(LoadingTests.Problem());
                return 0;
            default:
                return await ConsoleRunner.Run(args);
        }
    }
}
