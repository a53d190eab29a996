using Sonoran;
using Sonoran.Types;

namespace Examples;

/// <summary>The door of a game server as a worker service: may this member join? dotnet run door</summary>
/// <remarks>
/// A refusal, an unknown member and an outage are three things: in the last case the list that was saved before decides,
/// so that a restart of the service locks nobody out.
/// </remarks>
public static class DoorCheck
{
    public static IHost Build(string[] args)
    {
        var builder = Host.CreateApplicationBuilder(args);
        builder.Services.AddSonoran(builder.Configuration.GetSection("Sonoran"));
        builder.Services.AddSingleton<Door>();
        builder.Services.AddHostedService<Renewal>();
        return builder.Build();
    }
}

public enum Answer
{
    Welcome,
    NotWhitelisted,
    Unknown,
    AskLater,
}

/// <summary>The door of one server, with the list that it had last.</summary>
public sealed partial class Door(SonoranClient sonoran, ILogger<Door> logger)
{
    private const int Server = 1;

    // Somebody waits at the door.
    private static readonly SonoranCallOptions Patience = new() { deadline = TimeSpan.FromSeconds(5) };

    private volatile HashSet<string>? _saved;

    /// <summary>Saves the list; where it can't be had, the old one stays.</summary>
    public async Task Renew(CancellationToken cancellationToken)
    {
        var response = await sonoran.Cms.getWhitelistV2(Server, cancellationToken: cancellationToken);
        if (response.success)
        {
            _saved = response.unwrap().SelectMany(entry => entry.apiIds).ToHashSet();
        }
        else
        {
            NotRenewed(response.reason);
        }
    }

    /// <summary>Whether a member may join, by one of their identifiers, such as discord and 1234567890.</summary>
    public async Task<Answer> Ask(string kind, string value, CancellationToken cancellationToken)
    {
        var member = kind == "discord" ? new VerifyWhitelistPayload { discord = value } : new VerifyWhitelistPayload { apiId = value };
        var response = await sonoran.Cms.verifyWhitelistV2(Server, member, Patience, cancellationToken);
        switch (response.error?.refusal)
        {
            case null when response.success:
                return Answer.Welcome;
            case SonoranRefusal.notWhitelisted or SonoranRefusal.blockedFromWhitelist:
                return Answer.NotWhitelisted;
            case SonoranRefusal.unknownAccount:
                return Answer.Unknown;
            default:
                // Of the member that says nothing: the set-up is wrong, or the service is down.
                NoAnswer(response.reason);
                return _saved is null ? Answer.AskLater : _saved.Contains($"{kind}:{value}") ? Answer.Welcome : Answer.NotWhitelisted;
        }
    }

    [LoggerMessage(LogLevel.Warning, "the list could not be renewed: {Reason}")]
    private partial void NotRenewed(string? reason);

    [LoggerMessage(LogLevel.Warning, "no answer for a member: {Reason}")]
    private partial void NoAnswer(string? reason);
}

/// <summary>Renews the list for as long as the service runs.</summary>
public sealed class Renewal(Door door) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(5));
        do
        {
            await door.Renew(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
