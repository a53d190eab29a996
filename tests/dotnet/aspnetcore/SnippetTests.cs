using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Sonoran.Tests;

/// <summary>The code in the packages' pages, word for word.</summary>
public sealed class SnippetTests
{
    private static readonly string Root = Emulator.Needed("SONORAN_ROOT");

    [Fact]
    public void The_pages_show_what_is_run_here()
    {
        var here = File.ReadAllText(Path.Combine(Root, "tests/dotnet/aspnetcore/SnippetTests.cs"));
        Assert.Contains(Block(here, "Map"), Page("README.md"));
        Assert.Contains(Block(here, "Map"), Page("src/Sonoran.AspNetCore/README.md"));
        Assert.Contains(Block(here, "Lookup"), Page("src/Sonoran.AspNetCore/README.md"));
        var recipe = File.ReadAllText(Path.Combine(Root, "tests/dotnet/aspnetcore/Recipe.cs"));
        Assert.Contains(Block(recipe, "Recipe"), Page("src/Sonoran.AspNetCore/README.md"));
        var farewell = File.ReadAllText(Path.Combine(Root, "tests/dotnet/aspnetcore/Farewell.cs"));
        Assert.Contains(Block(farewell, "Handler"), Page("src/Sonoran.AspNetCore/README.md"));
        Assert.Contains(Block(here, "Services"), Page("src/Sonoran.AspNetCore/README.md"));
    }

    [Fact]
    public async Task The_mapping_runs()
    {
        var app = WebApplication.CreateSlimBuilder().Build();
        var told = new TaskCompletionSource<string?>();
        Task Tell(string? accountId)
        {
            told.SetResult(accountId);
            return Task.CompletedTask;
        }

        // Map
        app.MapSonoranEvents(options =>
        {
            options.Key = "YOUR_API_KEY";
            options.OnAccountKicked = async (kicked, cancellationToken) => await Tell(kicked.AccountId);
        });
        // end
        Assert.Equal("a", await Sent(app, "ACCOUNT_KICKED", """{"accountId":"a"}""", told.Task));
    }

    [Fact]
    public async Task The_look_up_runs()
    {
        await using var emulator = await Emulator.With("");
        using var sonoran = emulator.Client();
        var app = WebApplication.CreateSlimBuilder().Build();
        var told = new TaskCompletionSource<string?>();
        Task Ban(string? name)
        {
            told.SetResult(name);
            return Task.CompletedTask;
        }

        app.MapSonoranEvents(options =>
        {
            options.Key = "YOUR_API_KEY";
            // Lookup
            options.OnAccountBanned = async (banned, cancellationToken) =>
            {
                var account = await sonoran.Cms.getAccountV2(banned.AccountId!, cancellationToken: cancellationToken);
                if (account.value?.banned == true)
                {
                    await Ban(account.value.accName);
                }
            };
            // end
        });
        const string Account = "00000000-0000-0000-0000-000000000000";
        (await sonoran.Cms.cmsBanAccount(new { accId = Account })).unwrap();
        Assert.Equal("ExampleAccount", await Sent(app, "ACCOUNT_BANNED", $$"""{"accountId":"{{Account}}"}""", told.Task));
    }

    [Fact]
    public async Task The_handler_that_is_a_service_runs()
    {
        await using var emulator = await Emulator.With("");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Sonoran:ApiKey"] = "YOUR_API_KEY",
            ["Sonoran:CommunityId"] = "YOUR_COMMUNITY_ID",
            ["Sonoran:ApiUrl"] = emulator.Url,
        });
        // Services
        builder.Services.AddSonoran(builder.Configuration.GetSection("Sonoran"));
        builder.Services.AddSonoranEvents<Farewell>();
        var app = builder.Build();
        app.MapSonoranEvents();
        // end
        await using (app)
        {
            app.Urls.Add("http://127.0.0.1:0");
            await app.StartAsync();
            await Post(app, "ACCOUNT_KICKED", """{"accountId":"00000000-0000-0000-0000-000000000000"}""");
            // Which waits for handlers.
            await app.StopAsync();
        }

        var request = Assert.Single(await emulator.Journal());
        Assert.Equal("/v2/community/accounts/00000000-0000-0000-0000-000000000000", request.GetProperty("path").GetString());
    }

    [Fact]
    public void Every_public_member_is_described()
    {
        var assembly = typeof(AspNetCore.SonoranEventsOptions).Assembly;
        var documentation = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml"));
        var described = documentation.Descendants("member").Select(member => (string)member.Attribute("name")!).ToHashSet();
        Assert.All(assembly.GetExportedTypes(), type => Assert.Contains($"T:{type.FullName}", described));
        var properties = assembly.GetExportedTypes().SelectMany(type => type.GetProperties());
        Assert.All(properties, property => Assert.Contains($"P:{property.DeclaringType!.FullName}.{property.Name}", described));
    }

    private static string Page(string name) => File.ReadAllText(Path.Combine(Root, "bindings-csharp/dotnet", name));

    /// <summary>The lines from the comment with this name to the next one that ends, moved to the left.</summary>
    private static string Block(string source, string name)
    {
        var lines = source.Split('\n').SkipWhile(line => line.Trim() != $"// {name}").Skip(1).TakeWhile(line => line.Trim() != "// end").ToList();
        var indent = lines[0].Length - lines[0].TrimStart().Length;
        return string.Join('\n', lines.Select(line => line[Math.Min(indent, line.Length)..]));
    }

    /// <summary>Sends an event to the application, and waits for what it does.</summary>
    private static async Task<string?> Sent(WebApplication app, string type, string data, Task<string?> told)
    {
        await using (app)
        {
            app.Urls.Add("http://127.0.0.1:0");
            await app.StartAsync();
            await Post(app, type, data);
            return await told;
        }
    }

    private static async Task Post(WebApplication app, string type, string data)
    {
        using var client = new HttpClient();
        using var body = new StringContent(DocumentedEvent.WithKey(DocumentedEvent.Key, type, data), Encoding.UTF8);
        (await client.PostAsync(new Uri(new Uri(app.Urls.Single()), "/sonorancms/events"), body)).EnsureSuccessStatusCode();
    }
}
