// Four programs of a community, each in a file of its own: dotnet run door, promote, panel or export.
// Sonoran__ApiKey and Sonoran__CommunityId in the environment are the credential, which the emulator has as YOUR_API_KEY and
// YOUR_COMMUNITY_ID; SONORAN_CMS_API_URL is the emulator's address.

namespace Examples;

internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        switch (args.FirstOrDefault())
        {
            case "door":
                await DoorCheck.Build(args).RunAsync();
                return 0;
            case "promote":
                return await PromotionJob.Run(args);
            case "panel":
                await ClockInPanel.Build(args).RunAsync();
                return 0;
            case "export":
                return await NightlyExport.Run(args);
            default:
                Console.Error.WriteLine("Say door, promote, panel or export.");
                return 2;
        }
    }
}
