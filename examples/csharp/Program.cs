// Sonoran.Net at work: writing and reading back, a bad key, a rate limit that is waited out.
//
// cargo xtask demo --lang csharp runs it against the emulator, whose address is in SONORAN_CMS_API_URL.

using System.Diagnostics;
using System.Globalization;
using Sonoran;

const string account = "00000000-0000-0000-0000-000000000000";

using var sonoran = Connect("YOUR_API_KEY");
await WriteAndReadBack();
await ShowBadKey();
await WaitOutRateLimit();

static SonoranClient Connect(string key) => new(new SonoranClientOptions
{
    product = SonoranProduct.CMS,
    apiKey = key,
    communityId = "YOUR_COMMUNITY_ID",
    defaultServerId = 1,
});

async Task WriteAndReadBack()
{
    Console.WriteLine("Writing and reading back");
    var written = await sonoran.Cms.setAccountNameV2(account, new { newName = "Demo Name" });
    Console.WriteLine($"  written: {written.data}");
    var read = await sonoran.Cms.getAccountV2(account);
    Console.WriteLine($"  read back: {read.unwrap()?.accName}");
}

static async Task ShowBadKey()
{
    Console.WriteLine("A bad key is an answer, not an exception");
    using var stranger = Connect("A_WRONG_KEY");
    var response = await stranger.Cms.getAccountV2(account);
    Console.WriteLine($"  success {response.success}, kind {response.error?.kind}: {response.reason}");
}

async Task WaitOutRateLimit()
{
    Console.WriteLine("Five calls at once where the emulator allows three in two seconds");
    var time = Stopwatch.StartNew();
    await Task.WhenAll(Enumerable.Range(1, 5).Select(async number =>
    {
        var response = await sonoran.Cms.getSubVersionV2();
        var seconds = time.Elapsed.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        Console.WriteLine($"  call {number}: success {response.success} after {seconds} s");
    }));
}
