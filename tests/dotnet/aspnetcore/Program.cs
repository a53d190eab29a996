using Xunit.Runner.InProc.SystemConsole;

namespace Sonoran.Tests;

/// <summary>Runs the tests, or the application that one of them wants to end.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        switch (args.FirstOrDefault())
        {
            case Recipe.UntilStopped:
                Recipe.Run();
                return 0;
            case Recipe.UntilHandling:
                await Recipe.EndWhileHandling();
                return 0;
            default:
                return await ConsoleRunner.Run(args);
        }
    }
}
