//! ER:LC games: players, commands, teams and records.

use serde_json::{Value, json};

use super::call::Fields;
use super::disciplinary::{Source, add, execution_source, shown};
use super::{Answer, Call, Handled, people};
use crate::problem::Problem;
use crate::state::{Game, Player, State, TeamCap};

/// The game with the join code; without one, the community's first.
pub(super) fn game(state: &State, code: Option<&str>) -> Result<usize, Problem> {
    let found = state.games.iter().position(|game| code.is_none_or(|code| game.roblox_join_code == code));
    let unknown =
        || Problem::unknown("robloxJoinCode", format!("No game has the join code {}.", code.unwrap_or("")));
    found.ok_or_else(unknown)
}

fn game_in_body(state: &State, body: &Fields<'_>) -> Result<usize, Problem> {
    game(state, body.text("robloxJoinCode")?)
}

pub(super) fn get_online_players(state: &mut State, call: &Call) -> Handled {
    let game = game(state, call.query_text("robloxJoinCode"))?;
    Answer::data(&state.games[game].players)
}

pub(super) fn get_player_queue(state: &mut State, call: &Call) -> Handled {
    let game = game(state, call.query_text("robloxJoinCode"))?;
    Answer::data(&state.games[game].queue.len())
}

pub(super) fn execute_erlc_command(state: &mut State, call: &Call) -> Handled {
    let game = game_for(state, &call.body())?;
    Answer::data(queue(state, game, call.input.payload.clone()))
}

/// The game that a command is for; 400 when the command is none.
pub(super) fn game_for(state: &State, command: &Fields<'_>) -> Result<usize, Problem> {
    let game = game_in_body(state, command)?;
    command.required("type", command.text("type")?)?;
    Ok(game)
}

/// Puts a command behind those that wait.
pub(super) fn queue(state: &mut State, game: usize, command: Value) -> &'static str {
    state.games[game].commands.push(command);
    "Successfully added command to queue"
}

pub(super) fn lock_team(state: &mut State, call: &Call) -> Handled {
    let body = call.body();
    let game = game_in_body(state, &body)?;
    let team = body.required("team", body.text("team")?)?;
    let most = body.required("maxPlayers", body.number("maxPlayers")?)?;
    let teams = &mut state.games[game].teams;
    teams.retain(|known| !known.team.eq_ignore_ascii_case(team));
    teams.push(TeamCap { team: team.to_owned(), max_players: Value::Number(most.clone()) });
    let team = team.to_lowercase();
    Answer::data(&format!("The {team} team has been locked down to a maximum of {most} players."))
}

pub(super) fn unlock_team(state: &mut State, call: &Call) -> Handled {
    let body = call.body();
    let game = game_in_body(state, &body)?;
    let team = body.required("team", body.text("team")?)?;
    state.games[game].teams.retain(|known| !known.team.eq_ignore_ascii_case(team));
    Answer::data(&format!("The {} team has been unlocked.", team.to_lowercase()))
}

pub(super) fn add_erlc_record(state: &mut State, call: &Call) -> Handled {
    let body = call.body();
    let place = game_in_body(state, &body)?;
    let kind = body.required("type", body.text("type")?)?.to_lowercase();
    let reason = body.text("reason")?.unwrap_or_default();
    let points = body.number("points")?.cloned();
    let player = Target::of(&body)?;
    let data = match kind.as_str() {
        "disciplinary" => {
            let account = player.account(state)?;
            let code = state.games[place].roblox_join_code.clone();
            let source = Source { name: "erlc", id: &code, metadata: execution_source("erlc") };
            let record = add(state, account, points, reason, source, call.now);
            // A list, as for any new record of a member.
            json!({ "success": true, "data": [shown(state, &state.records[record], call.now)] })
        }
        "ban" => json!({ "success": true }),
        "note" | "kick" => json!({ "success": true, "message": "Records added successfully" }),
        _ if is_log_type(state, &kind) => json!({ "success": true, "message": "Records added successfully" }),
        _ => {
            return Err(Problem::field("type", "must be note, kick, ban, disciplinary or a custom log type"));
        }
    };
    let game = &mut state.games[place];
    game.records.push(call.input.payload.clone());
    if kind == "kick" || kind == "ban" {
        player.leave(game, kind == "ban");
    }
    Answer::data(&data)
}

/// Whether the community has a log type of this id, short code or label.
fn is_log_type(state: &State, kind: &str) -> bool {
    let named = |name: &String| !name.is_empty() && name.to_lowercase() == kind;
    state
        .community
        .custom_log_types
        .iter()
        .any(|known| [&known.id, &known.short_code, &known.label].into_iter().any(named))
}

/// The player whom a record is about.
struct Target {
    roblox: Option<String>,
    discord: Option<String>,
}

impl Target {
    fn of(body: &Fields<'_>) -> Result<Self, Problem> {
        Ok(Self { roblox: body.id("playerRobloxId")?, discord: body.id("playerDiscordId")? })
    }

    /// The member that the player is.
    fn account(&self, state: &State) -> Result<usize, Problem> {
        let (field, id) = match (&self.discord, &self.roblox) {
            (Some(id), _) => ("playerDiscordId", id),
            (None, Some(id)) => ("playerRobloxId", id),
            _ => {
                return Err(Problem::field(
                    "playerDiscordId",
                    "is missing: a disciplinary record needs a player",
                ));
            }
        };
        people::find(state, field, id)
            .ok_or_else(|| Problem::unknown(field, format!("No account has the {field} {id}.")))
    }

    /// Takes the player out of the game.
    fn leave(&self, game: &mut Game, for_good: bool) {
        if let Some(id) = &self.roblox {
            let is_player =
                |player: &Player| player.player.rsplit_once(':').is_some_and(|(_, known)| known == id);
            game.players.retain(|player| !is_player(player));
        }
        if for_good {
            game.banned.extend(self.roblox.iter().chain(&self.discord).cloned());
        }
    }
}
