using System.Collections.Specialized;
using System.Runtime.Serialization;
using System.Text;
using System.Text.Json;
using Xunit;

namespace Sonoran.Tests;

/// <summary>The forms that options may have, and that nothing prints their secrets.</summary>
public sealed class OptionsTests(Emulator emulator) : EmulatorTests(emulator)
{
    private const string Secret = "c4nary-0fTheKey";

    [Fact]
    public void No_serializer_writes_a_secret()
    {
        var options = new SonoranClientOptions
        {
            apiKey = Secret,
            cmsApiKey = Secret,
            cadApiKey = Secret,
            radioApiKey = Secret,
            proxy = $"http://user:{Secret}@proxy",
            shareLimits = $"redis://:{Secret}@cache",
            apiHeaders = new Dictionary<string, string> { ["x-token"] = Secret },
            onWait = waiting => Console.WriteLine($"{Secret} {waiting}"),
            communityId = "mine",
        };
        using var written = new MemoryStream();
        new DataContractSerializer(typeof(SonoranClientOptions)).WriteObject(written, new SonoranClientOptions { apiKey = Secret, cadApiKey = Secret });
        string[] forms =
        [
            options.ToString(),
            JsonSerializer.Serialize(options),
            Newtonsoft.Json.JsonConvert.SerializeObject(options),
            Encoding.UTF8.GetString(written.ToArray()),
        ];
        Assert.All(forms, form => Assert.DoesNotContain(Secret, form));
        Assert.All(forms[..3], form => Assert.Contains("mine", form));
    }

    [Fact]
    public async Task One_object_may_have_the_credentials_of_all_products()
    {
        using var sonoran = new SonoranClient(new SonoranClientOptions
        {
            cmsApiKey = "YOUR_API_KEY",
            cmsCommunityId = "YOUR_COMMUNITY_ID",
            cmsDefaultServerId = 2,
            cmsApiUrl = Emulator.Url,
            cadApiKey = Secret,
            cadCommunityId = "cad",
            cadDefaultServerId = 7,
            cadApiUrl = "https://cad.example",
            radioApiKey = Secret,
            radioCommunityId = "radio",
            radioDefaultServerId = 8,
            radioApiUrl = "https://radio.example",
            radioServerUrl = "https://radio.example",
            radioRoomId = 9,
            roomId = 9,
        });
        await sonoran.Cms.getWhitelistV2();
        var request = Assert.Single(await Emulator.Journal());
        Assert.EndsWith("/servers/2/whitelist", request.GetProperty("path").GetString());
        Assert.DoesNotContain(Secret, request.GetRawText());
    }

    [Fact]
    public async Task Headers_come_from_what_programs_have_them_in()
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Add("x-http", ["a", "b"]);
        var options = Emulator.Options()
            .AddHeaders(new Dictionary<string, string> { ["x-dictionary"] = "c" })
            .AddHeaders(new[] { KeyValuePair.Create("X-Dictionary", "d") })
            .AddHeaders(http.DefaultRequestHeaders)
            .AddHeaders(new NameValueCollection { { "x-collection", "e" } });
        using var sonoran = new SonoranClient(options);
        await sonoran.Cms.getCommunityV2();
        var headers = Assert.Single(await Emulator.Journal()).GetProperty("headers");
        Assert.Equal(("d", "a, b", "e"), (Value(headers, "x-dictionary"), Value(headers, "x-http"), Value(headers, "x-collection")));
        Assert.Throws<ArgumentNullException>(() => options.AddHeaders((NameValueCollection)null!));
    }

    [Fact]
    public void A_server_id_may_be_text_in_a_file_of_options() =>
        Assert.Equal(3, JsonSerializer.Deserialize<SonoranClientOptions>("""{"defaultServerId":"3"}""")!.defaultServerId);

    [Fact]
    public async Task What_holds_for_one_call_bounds_its_waiting()
    {
        using var sonoran = Emulator.Client(options => options.ceilings = new Dictionary<string, int> { ["getProfileFieldsV2"] = 1 });
        Assert.True((await sonoran.Cms.getProfileFieldsV2()).success);
        foreach (var hurried in (SonoranCallOptions[])[new() { maxWait = TimeSpan.FromMilliseconds(1) }, new() { rateLimit = SonoranRateLimit.Error }])
        {
            var refused = await sonoran.Cms.getProfileFieldsV2(hurried);
            Assert.Equal(SonoranErrorKind.rateLimited, refused.error?.kind);
        }

        Assert.True((await sonoran.Cms.getProfileFieldsV2(new SonoranCallOptions { rateLimit = SonoranRateLimit.Off })).success);
        Assert.Equal(2, (await Emulator.Journal()).Count);
    }

    [Fact]
    public async Task Limits_are_shared_through_a_folder()
    {
        var folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            using var sonoran = Emulator.Client(options =>
            {
                options.ShareLimits = "machine";
                options.ShareLimitsFolder = folder;
                options.ShareLimitsFallback = SonoranShareLimitsFallback.Refuse;
                options.ShareLimitsMembers = 3;
            });
            var limit = sonoran.RateLimit("getProfileFieldsV2").Limit;
            Assert.True((await sonoran.Cms.getProfileFieldsV2()).success);
            Assert.Equal(limit - 1, sonoran.RateLimit("getProfileFieldsV2").Free);
            Assert.NotEmpty(Directory.GetFiles(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string? Value(JsonElement headers, string name) => headers.GetProperty(name) switch
    {
        { ValueKind: JsonValueKind.Array } several => several[0].GetString(),
        var one => one.GetString(),
    };
}
