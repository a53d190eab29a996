using System.Collections;
using System.Reflection;
using System.Text.Json;
using Sonoran.Types;
using Xunit;

namespace Sonoran.Tests;

/// <summary>What this package names itself has two names: that of every language, and that of .NET. What the API names has its own.</summary>
public sealed class HabitTests(Emulator emulator) : EmulatorTests(emulator)
{
    private const BindingFlags Members = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static TheoryData<Type> Both =>
        [typeof(SonoranClientOptions), typeof(SonoranCallOptions), typeof(SonoranResponse<>), typeof(SonoranFailure), typeof(SonoranError), typeof(SonoranErrorKind), typeof(SonoranRefusal)];

    [Theory, MemberData(nameof(Both), DisableDiscoveryEnumeration = true)]
    public void Each_documented_name_has_one_of_dotnet(Type type)
    {
        var all = type.GetMembers(Members).Where(member => member is PropertyInfo or FieldInfo || member.Name is "unwrap" or "Unwrap").ToList();
        var documented = all.Where(member => char.IsLower(member.Name[0])).ToList();
        Assert.NotEmpty(documented);
        foreach (var member in documented)
        {
            var other = Assert.Single(all, each => each.Name == char.ToUpperInvariant(member.Name[0]) + member.Name[1..]);
            Assert.Equal(TypeOf(member), TypeOf(other));
            Assert.Equal((member as FieldInfo)?.GetRawConstantValue(), (other as FieldInfo)?.GetRawConstantValue());
        }
    }

    [Fact]
    public void Both_names_of_an_option_are_one()
    {
        foreach (var type in (Type[])[typeof(SonoranClientOptions), typeof(SonoranCallOptions)])
        {
            foreach (var property in type.GetProperties().Where(property => char.IsUpper(property.Name[0])))
            {
                var options = Activator.CreateInstance(type);
                var value = Some(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType);
                property.SetValue(options, value);
                Assert.Equal(value, type.GetProperty(char.ToLowerInvariant(property.Name[0]) + property.Name[1..])!.GetValue(options));
                Assert.Equal(value, property.GetValue(options));
            }
        }
    }

    [Fact]
    public async Task A_program_may_have_the_habit_of_dotnet_alone()
    {
        await using var sonoran = new SonoranClient(new SonoranClientOptions { ApiKey = "YOUR_API_KEY", CommunityId = "YOUR_COMMUNITY_ID", ApiUrl = Emulator.Url });
        var response = await sonoran.Cms.getAccountV2(Zeros, new SonoranCallOptions { Retries = 0, Timeout = Timeout.InfiniteTimeSpan, Deadline = Timeout.InfiniteTimeSpan });
        Assert.True(response.Success);
        Assert.Equal(response.data?.GetRawText(), response.Data?.GetRawText());
        Assert.Equal(response.value, response.Value);
        Assert.Equal((200, 1, null, null), (response.Status, response.Attempts, response.Reason, response.Error));
        Assert.Equal("internal", SonoranErrorKind.Internal);
    }

    [Fact]
    public async Task A_response_is_printed_with_one_name_for_each_thing()
    {
        using var sonoran = Emulator.Client(options => options.apiKey = "WRONG_KEY");
        var response = await sonoran.Cms.getCommunityV2();
        string[] forms = [JsonSerializer.Serialize(response), JsonSerializer.Serialize(response, new JsonSerializerOptions(JsonSerializerDefaults.Web)), Newtonsoft.Json.JsonConvert.SerializeObject(response)];
        Assert.All(forms, form =>
        {
            Assert.Contains("\"reason\"", form);
            Assert.DoesNotContain("\"Reason\"", form);
            Assert.DoesNotContain("WRONG_KEY", form);
        });
    }

    [Fact]
    public void No_name_of_the_package_is_a_word_of_the_language()
    {
        string[] words = ["internal", "params", "in", "out", "class", "object", "event", "default", "base", "lock", "operator", "string", "ref", "namespace", "is", "as"];
        var types = typeof(Cms).Assembly.GetExportedTypes();
        var members = types.SelectMany(type => type.GetMembers(Members)).ToList();
        Assert.DoesNotContain(members, member => words.Contains(member.Name));
        Assert.DoesNotContain(members.OfType<MethodInfo>().SelectMany(method => method.GetParameters()), parameter => words.Contains(parameter.Name));
    }

    [Fact]
    public void No_record_has_the_name_of_a_type_that_most_programs_have_in_sight()
    {
        string[] spaces = ["System", "System.Collections.Generic", "System.Diagnostics", "System.IO", "System.Linq", "System.Net.Http", "System.Text", "System.Text.Json", "System.Threading", "System.Threading.Tasks"];
        Type[] known = [typeof(object), typeof(Stack<>), typeof(System.Diagnostics.Activity), typeof(System.Diagnostics.Process), typeof(Enumerable), typeof(HttpClient), typeof(JsonElement), typeof(HashSet<>), typeof(File)];
        var theirs = known.SelectMany(type => type.Assembly.GetExportedTypes()).Where(type => spaces.Contains(type.Namespace)).Select(type => type.Name).ToHashSet();
        Assert.DoesNotContain(typeof(Account).Assembly.GetExportedTypes(), type => type.Namespace is "Sonoran.Types" or "Sonoran" && !type.IsNested && theirs.Contains(type.Name));
    }

    private static Type TypeOf(MemberInfo member) => member switch
    {
        PropertyInfo property => property.PropertyType,
        FieldInfo field => field.FieldType,
        _ => ((MethodInfo)member).ReturnType,
    };

    private static object Some(Type type) =>
        type == typeof(string) ? "text"
        : type == typeof(bool) ? true
        : type == typeof(int) ? 7
        : type == typeof(TimeSpan) ? TimeSpan.FromSeconds(7)
        : type.IsEnum ? Enum.ToObject(type, 2)
        : typeof(Delegate).IsAssignableFrom(type) ? Delegate.CreateDelegate(type, typeof(HabitTests).GetMethod(nameof(Nothing), BindingFlags.NonPublic | BindingFlags.Static)!)
        : typeof(IEnumerable).IsAssignableFrom(type) && type.GetGenericArguments() is [var item] ? Activator.CreateInstance(typeof(List<>).MakeGenericType(item))!
        : Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(type.GetGenericArguments()))!;

    private static void Nothing(object told)
    {
    }
}
