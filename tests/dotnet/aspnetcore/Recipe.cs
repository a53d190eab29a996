using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Sonoran.Tests;

/// <summary>The application of the package's page, with a handler that takes a second; in a process of its own.</summary>
internal static class Recipe
{
    /// <summary>Runs until a signal comes. Where it listens is set by <c>ASPNETCORE_URLS</c>.</summary>
    public const string UntilStopped = "--recipe";

    /// <summary>Runs until a handler has begun, and ends without stopping the application.</summary>
    public const string UntilHandling = "--ends-by-itself";

    private static readonly TaskCompletionSource Begun = new();

    public static void Run()
    {
        // Recipe
        var builder = WebApplication.CreateBuilder();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(8));
        var app = builder.Build();
        app.MapSonoranEvents(options =>
        {
            options.Key = "YOUR_API_KEY";
            options.OnAccountKicked = async (kicked, cancellationToken) => await Tell(kicked.AccountId);
        });
        app.Run();
        // end
    }

    public static async Task EndWhileHandling()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Information);
        var app = builder.Build();
        app.MapSonoranEvents(options =>
        {
            options.Key = "YOUR_API_KEY";
            options.OnAccountKicked = async (kicked, cancellationToken) => await Tell(kicked.AccountId);
        });
        await app.StartAsync();
        await Begun.Task;
    }

    private static async Task Tell(string? accountId)
    {
        Console.WriteLine($"begun {accountId}");
        Begun.TrySetResult();
        await Task.Delay(TimeSpan.FromSeconds(1));
        Console.WriteLine($"handled {accountId}");
    }
}
