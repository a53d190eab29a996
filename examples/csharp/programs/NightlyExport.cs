using System.Globalization;
using System.Text;
using Sonoran;
using Sonoran.Types;

namespace Examples;

/// <summary>Everybody of the community as CSV, with progress; for a nightly job: dotnet run export members.csv</summary>
/// <remarks>Rate limits are waited for, so a large community takes its time; the file is there once it is whole.</remarks>
public sealed class NightlyExport(SonoranClient sonoran)
{
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
        var accounts = sonoran.Walk.getAccountsV2();
        await using (var writer = new StreamWriter(partial, append: false, new UTF8Encoding(false)))
        {
            await writer.WriteLineAsync("id,name,community,live,active,banned");
            await foreach (var page in accounts.Pages())
            {
                foreach (var account in page.unwrap().items)
                {
                    await writer.WriteLineAsync(Row(account));
                }

                progress?.Report((accounts.Position, accounts.Total ?? accounts.Position));
            }
        }

        File.Move(partial, file, overwrite: true);
        return accounts.Position;
    }

    private static string Row(AccountSummary account) => string.Create(
        CultureInfo.InvariantCulture,
        $"{account.accId},{Quoted(account.accName)},{Quoted(account.comName)},{account.sysStatus},{account.comStatus},{account.banned}");

    private static string Quoted(string text) => $"\"{text.Replace("\"", "\"\"")}\"";
}
