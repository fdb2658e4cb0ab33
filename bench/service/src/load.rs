//! Streams of notifications: what a client asks for in the body of its `SubscribeExConversations`, as
//! `{"load":{"kind":"small","count":1000}}`. After the last one comes a `.bench.Done`.

use std::time::Duration;

use serde::Deserialize;
use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use tokio::time::{Instant, sleep_until};

use crate::Failure;
use crate::frames::{self, TEXT};

/// Roughly what leaves in one write of a flood.
const BLOCK: usize = 128 * 1024;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Load {
    pub kind: Kind,
    pub count: usize,
    /// 0: as fast as they go.
    #[serde(default)]
    pub per_second: u32,
    /// How long the text of a message is.
    #[serde(default = "usual_length")]
    pub length: usize,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A consumer's text message.
    Small,
    /// A conversation that has changed.
    Conversation,
    /// A type that nobody listens to.
    Unheard,
}

fn usual_length() -> usize {
    25
}

impl Load {
    /// Sends it all.
    pub async fn play(&self, out: &mut (impl AsyncWrite + Unpin)) -> Result<(), Failure> {
        let block = Block::new(self);
        let mut sent = 0;
        if self.per_second == 0 {
            while sent < self.count {
                let (bytes, frames) = block.from(0, self.count - sent);
                out.write_all(bytes).await?;
                sent += frames;
            }
        } else {
            let start = Instant::now();
            while sent < self.count {
                sleep_until(start + Duration::from_secs(1) / self.per_second * (sent as u32 + 1)).await;
                let due = (start.elapsed().as_secs_f64() * f64::from(self.per_second)) as usize;
                while sent < due.min(self.count) {
                    let (bytes, frames) = block.from(sent, due.min(self.count) - sent);
                    out.write_all(bytes).await?;
                    out.flush().await?;
                    sent += frames;
                }
            }
        }
        let mut done = Vec::new();
        frames::write(&mut done, TEXT, br#"{"kind":"notification","type":".bench.Done","body":{}}"#, false);
        out.write_all(&done).await?;
        out.flush().await?;
        Ok(())
    }
}

/// Frames made once and sent again and again, each a little different from its neighbours.
struct Block {
    bytes: Vec<u8>,
    /// Where each frame ends.
    ends: Vec<usize>,
}

impl Block {
    fn new(load: &Load) -> Self {
        let (mut bytes, mut ends) = (Vec::new(), Vec::new());
        while bytes.len() < BLOCK && ends.len() < load.count {
            let number = ends.len();
            let text = match load.kind {
                Kind::Small => notification(".ams.ms.OnlineEventDistribution", &message(number, load.length)),
                Kind::Conversation => notification(".ams.aam.ExConversationChangeNotification", &conversation(number)),
                Kind::Unheard => notification(".ams.nobody.Listens", &message(number, load.length)),
            };
            frames::write(&mut bytes, TEXT, text.as_bytes(), false);
            ends.push(bytes.len());
        }
        Self { bytes, ends }
    }

    /// The frames from `number` on, `most` at most, as far as the block goes; and how many they are.
    fn from(&self, number: usize, most: usize) -> (&[u8], usize) {
        let first = number % self.ends.len();
        let frames = most.min(self.ends.len() - first);
        let start = first.checked_sub(1).map_or(0, |before| self.ends[before]);
        (&self.bytes[start..self.ends[first + frames - 1]], frames)
    }
}

fn notification(kind: &str, body: &str) -> String {
    format!(r#"{{"kind":"notification","type":"{kind}","body":{body}}}"#)
}

fn uuid(number: usize) -> String {
    format!("{:08x}-51c6-4b7a-9d0f-3e2a1b0c9d8e", number as u32 * 2_654_435)
}

/// A message of a consumer; with 25 characters of text some 700 bytes.
pub fn message(number: usize, length: usize) -> String {
    let (dialog, consumer) = (uuid(number / 4), uuid(number / 4 + 7));
    let client = r#"{"type":".ClientProperties","ipAddress":"172.26.138.213"}"#;
    let words = "Where is the parcel that I have ordered? ";
    let text: String = words.chars().cycle().take(length).collect();
    format!(
        r#"{{"sequence":{number},"originatorId":"{consumer}","originatorPId":"{consumer}","originatorMetadata":{{"id":"{consumer}","role":"CONSUMER","clientProperties":{client}}},"serverTimestamp":{},"event":{{"type":"ContentEvent","message":"{text}","contentType":"text/plain"}},"conversationId":"{dialog}","dialogId":"{dialog}","messageAudience":"ALL","originatorClientProperties":{client}}}"#,
        1_517_002_351_775_usize + number * 1013,
    )
}

/// A conversation that has changed; some 3 KB.
fn conversation(number: usize) -> String {
    let (id, consumer, agent, manager) = (uuid(number), uuid(number + 7), uuid(11), uuid(13));
    let dialog = |kind: &str, place: usize, state: &str| {
        let dialog = uuid(number + place);
        format!(
            r#"{{"dialogId":"{dialog}","dialogType":"{kind}","channelType":"MESSAGING","state":"{state}","participantsDetails":[{{"id":"{consumer}","role":"CONSUMER","state":"ACTIVE"}},{{"id":"1.111","role":"ASSIGNED_AGENT","state":"ACTIVE"}},{{"id":"1.222","role":"MANAGER","state":"ACTIVE"}}],"creationTs":1564685380489,"endTs":1564734095888,"metaDataLastUpdateTs":1564734095888,"closedBy":"CONSUMER","closedCause":"Closed by consumer","metaData":{{"appInstallId":"{agent}"}}}}"#
        )
    };
    let dialogs = dialog("MAIN", 0, "OPEN");
    let last = message(number, usual_length());
    format!(
        r#"{{"subscriptionId":"{manager}","sentTs":1564734095999,"changes":[{{"type":"UPSERT","result":{{"convId":"{id}","effectiveTTR":1564737695888,"conversationDetails":{{"convId":"{id}","skillId":"1251428632","brandId":"1","groupId":null,"participants":{{"CONSUMER":["{consumer}"],"ASSIGNED_AGENT":["1.111"],"MANAGER":["1.222"],"READER":[],"CONTROLLER":[]}},"participantsPId":{{"CONSUMER":["{consumer}"],"ASSIGNED_AGENT":["{agent}"],"MANAGER":["{manager}"],"READER":[],"CONTROLLER":[]}},"dialogs":[{dialogs}],"state":"OPEN","stage":"OPEN","closeReason":"CONSUMER","startTs":1564685380489,"endTs":1564734095888,"metaDataLastUpdateTs":1564734095888,"firstConversation":false,"csatRate":0,"ttr":{{"ttrType":"NORMAL","value":1200}},"delay":{{"type":"NIGHT","tillWhen":0}},"manualETTR":0,"note":"","campaignInfo":{{"campaignId":3180013412,"engagementId":3180013512}},"context":{{"type":"SharkContext","lang":"en-US","clientProperties":{{"type":".ClientProperties","appId":"webAsync","ipAddress":"10.0.0.1","deviceFamily":"DESKTOP","os":"WINDOWS","osVersion":"10","integration":"WEB_SDK","integrationVersion":"3.0.25","browser":"CHROME","browserVersion":"90","timeZone":"Europe/Athens","features":["RICH_CONTENT","QUICK_REPLIES","MULTI_DIALOG"]}},"visitorId":"A2ZTg0NTYxODYzZTM2NTk","sessionId":"pAzBHnQPSr2s2SxuSpgZqQ","interactionContextId":"1"}},"conversationHandlerDetails":{{"accountId":"1","skillId":"1251428632"}}}},"numberOfunreadMessages":{{"{consumer}":1,"1.111":0,"1.222":10}},"lastUpdateTime":1564734095888,"lastContentEventNotification":{last}}}}}]}}"#
    )
}
