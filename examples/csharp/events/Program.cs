// Receives push events: dotnet run 8080, with the key in SONORAN_API_KEY and the community in SONORAN_COMMUNITY_ID.
// SONORAN_CMS_API_URL can name another address of the API, such as an emulator's.

using Sonoran;

var key = Environment.GetEnvironmentVariable("SONORAN_API_KEY");
var communityId = Environment.GetEnvironmentVariable("SONORAN_COMMUNITY_ID");
using var sonoran = new SonoranClient(new SonoranClientOptions { apiKey = key, communityId = communityId });

var builder = WebApplication.CreateBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
var app = builder.Build();
// Nobody else's machine can reach it here: events come by plain http, so put TLS in front.
app.Urls.Add($"http://127.0.0.1:{args.FirstOrDefault() ?? "8080"}");
app.MapSonoranEvents(options =>
{
    options.Key = key;
    options.OnAccountUpdated = Show;
    options.OnAccountKicked = Show;
    options.OnAccountBanned = Show;
    options.OnUnknown = Show;
});
await app.StartAsync();
Console.WriteLine($"ready {app.Urls.First()}/sonorancms/events");
await app.WaitForShutdownAsync();

// An event proves little, so the account is looked up again before anything is done about it.
async Task Show(SonoranEvent received, CancellationToken cancellationToken)
{
    Console.WriteLine($"{received.Type} {received.AccountId} {await Found(received.AccountId, cancellationToken)}");
}

async Task<string> Found(string? accountId, CancellationToken cancellationToken)
{
    if (!Guid.TryParse(accountId, out _))
    {
        return "names no account";
    }

    var account = await sonoran.Cms.getAccountV2(accountId, cancellationToken: cancellationToken);
    return account.success ? $"is {account.value?.accName}, banned: {account.value?.banned}" : $"not found: {account.reason}";
}
