using Sonoran;
using Sonoran.Types;

namespace Examples;

/// <summary>A job that promotes members, each line of its input a Discord id and a rank: dotnet run promote &lt; promotions.txt</summary>
public sealed class PromotionJob(SonoranClient sonoran)
{
    public static async Task<int> Run(string[] args)
    {
        var configuration = WebApplication.CreateBuilder(args).Configuration.GetSection("Sonoran");
        await using var sonoran = new SonoranClient(new SonoranClientOptions { apiKey = configuration["ApiKey"], communityId = configuration["CommunityId"] });
        var job = new PromotionJob(sonoran);
        var failed = 0;
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var (done, told) = words.Length == 2 ? await job.Promote(words[0], words[1]) : (false, "Not promoted: a line is a Discord id and a rank");
            Console.WriteLine(told);
            failed += done ? 0 : 1;
        }

        return failed == 0 ? 0 : 1;
    }

    /// <summary>Promotes one member; says whether it is done, and what to tell.</summary>
    public async Task<(bool Done, string Told)> Promote(string member, string rank)
    {
        var found = await sonoran.Cms.resolveDiscordAccountV2(member);
        if (!found.success)
        {
            // Nobody has this id, or the service is down: the reason says which.
            return (false, $"Not promoted: {found.reason}");
        }

        var account = found.unwrap();
        var changed = await sonoran.Cms.setAccountRanksV2(account.accId, new SetAccountRanksPayload { accId = account.accId, add = [rank] });
        return changed switch
        {
            { success: true } => (true, $"{account.accName} has the rank {rank} now"),
            { error.outcomeUnknown: true } => (false, "No answer: see whether the rank is there before you try again"),
            _ => (false, $"Not promoted: {changed.reason}"),
        };
    }
}
