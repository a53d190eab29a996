using System.Globalization;
using System.Text;
using Sonoran;
using Sonoran.Types;

namespace Examples;

/// <summary>Everybody of the community as CSV, with progress; for a nightly job: dotnet run export members.csv</summary>
/// <remarks>Rate limits are waited for, so a large community takes its time; the file is there once it is whole.</remarks>
public sealed class NightlyExport(SonoranClient sonoran)
{
    private const int Page = 100;

    public static async Task<int> Run(string[] args)
    {
        var configuration = WebApplication.CreateBuilder(args).Configuration.GetSection("Sonoran");
        // Nobody looks on: what fails ends the job, and the next night tries again.
        await using var sonoran = new SonoranClient(
            new SonoranClientOptions { apiKey = configuration["ApiKey"], communityId = configuration["CommunityId"], throwErrors = true });
        var progress = new Progress<(long Done, long Total)>(at => Console.Error.WriteLine($"{at.Done} of {at.Total}"));
        var count = await new NightlyExport(sonoran).Write(args[1], progress);
        Console.Error.WriteLine($"{count} accounts are in {args[1]}");
        return 0;
    }

    /// <summary>Writes all accounts; gives how many they are.</summary>
    public async Task<long> Write(string file, IProgress<(long Done, long Total)>? progress = null)
    {
        var partial = file + ".partial";
        var done = 0L;
        await using (var writer = new StreamWriter(partial, append: false, new UTF8Encoding(false)))
        {
            await writer.WriteLineAsync("id,name,community,live,active,banned");
            while (true)
            {
                var page = (await sonoran.Cms.getAccountsV2(new GetAccountsQuery { skip = done, take = Page })).unwrap();
                foreach (var account in page.items)
                {
                    await writer.WriteLineAsync(Row(account));
                }

                done += page.items.Count;
                progress?.Report((done, page.total));
                if (page.items.Count == 0 || done >= page.total)
                {
                    break;
                }
            }
        }

        File.Move(partial, file, overwrite: true);
        return done;
    }

    private static string Row(AccountSummary account) => string.Create(
        CultureInfo.InvariantCulture,
        $"{account.accId},{Quoted(account.accName)},{Quoted(account.comName)},{account.sysStatus},{account.comStatus},{account.banned}");

    private static string Quoted(string text) => $"\"{text.Replace("\"", "\"\"")}\"";
}
